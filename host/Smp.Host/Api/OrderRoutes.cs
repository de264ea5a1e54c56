using Smp.Runtime.Core.Orders;
using Smp.Runtime.Identity;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Host.Api;

/// <summary>Work that was ordered and isn't done: what waits, and what failed.</summary>
internal static class OrderRoutes
{
    /// <summary>Why it isn't to be done.</summary>
    public sealed record Drop(string? Reason);

    public static IEndpointRouteBuilder MapOrders(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/orders");

        api.MapGet("", async (OrderBook book, bool? failed, string? after, int? limit, CancellationToken token) =>
                TypedResults.Ok(await book.PageAsync(failed ?? false, after, Keyset.Limit(limit), token)))
            .Demand(CorePermissions.OrdersManage).WithName("orders.list").WithTags("orders")
            .WithSummary("Ordered work that waits, the next first; failed=true for what was given up, the latest first.");

        api.MapGet("{id:long}", async (OrderBook book, long id, CancellationToken token) => TypedResults.Ok(await book.RequireAsync(id, token)))
            .Demand(CorePermissions.OrdersManage).WithName("orders.read").WithTags("orders").WithSummary("Ordered work that waits or failed.").ProducesProblem(404);

        api.MapPost("{id:long}/retry", async (OrderBook book, long id, CancellationToken token) =>
            {
                await book.TryAgainAsync(id, token);
                return TypedResults.NoContent();
            })
            .Demand(CorePermissions.OrdersManage).WithName("orders.retry").WithTags("orders").WithSummary("Has ordered work done as soon as possible.").ProducesProblem(404);

        api.MapPost("{id:long}/drop", async (OrderBook book, long id, Drop drop, CancellationToken token) =>
            {
                await book.DropAsync(id, drop.Reason, token);
                return TypedResults.NoContent();
            })
            .Demand(CorePermissions.OrdersManage).WithName("orders.drop").WithTags("orders").WithSummary("Drops ordered work: it isn't done.").ProducesProblem(404).ProducesProblem(422);
        return routes;
    }
}
