using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Needles.Items;

/// <summary>Items as JSON.</summary>
internal static class ItemRoutes
{
    public static void MapItems(this IEndpointRouteBuilder api)
    {
        var items = api.MapGroup("/items").WithTags("Items");

        items.MapGet("/", async Task<Ok<Page<Item>>> (
                ItemCatalogue catalogue, string? search, SupplyKind? kind, string? after, int? limit, CancellationToken token) =>
                TypedResults.Ok(await catalogue.PageAsync(search, kind, low: false, after, Keyset.Limit(limit), token)))
            .Demand(Permissions.View).WithName("needles.items.list").WithSummary("Items by title, those out of use last.")
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

        items.MapGet("/{id:long}", async Task<Ok<Item>> (ItemCatalogue catalogue, HttpResponse response, long id, CancellationToken token) =>
            {
                var item = await catalogue.FindAsync(id, token) ?? throw Refuse.Missing($"There is no item {id}.");
                response.Headers.ETag = RowVersions.Tag(item.RowVersion);
                return TypedResults.Ok(item);
            })
            .Demand(Permissions.View).WithName("needles.items.find").WithSummary("An item, with its row version as ETag.")
            .ProducesProblem(StatusCodes.Status404NotFound);

        items.MapPost("/", async Task<Created<Item>> (ItemCatalogue catalogue, HttpResponse response, ItemInput input, CancellationToken token) =>
            {
                var item = await catalogue.AddAsync(input, token);
                response.Headers.ETag = RowVersions.Tag(item.RowVersion);
                return TypedResults.Created($"/api/needles/items/{item.Id}", item);
            })
            .Demand(Permissions.Manage).WithName("needles.items.add").WithSummary("Makes an item.")
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

        items.MapPut("/{id:long}", async Task<Ok<Item>> (
                ItemCatalogue catalogue, HttpContext http, long id, ItemInput input, CancellationToken token) =>
            {
                var item = await catalogue.ChangeAsync(id, RowVersions.Required(http.Request), input, token);
                http.Response.Headers.ETag = RowVersions.Tag(item.RowVersion);
                return TypedResults.Ok(item);
            })
            .Demand(Permissions.Manage).WithName("needles.items.change")
            .WithSummary("Changes an item: the whole of it as it shall be, with the ETag it was made from as If-Match.")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status428PreconditionRequired);

        items.MapDelete("/{id:long}", async Task<NoContent> (ItemCatalogue catalogue, long id, CancellationToken token) =>
            {
                await catalogue.RemoveAsync(id, token);
                return TypedResults.NoContent();
            })
            .Demand(Permissions.Manage).WithName("needles.items.remove").WithSummary("Removes an item that was never received.")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
    }
}
