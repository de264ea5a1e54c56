using Microsoft.AspNetCore.Http.HttpResults;
using Smp.Runtime.Core.Places;
using Smp.Runtime.Identity;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Host.Api;

/// <summary>Locations, their rooms, and when they are open.</summary>
internal static class PlaceRoutes
{
    public static IEndpointRouteBuilder MapPlaces(this IEndpointRouteBuilder routes)
    {
        var locations = routes.MapGroup("/api/locations").WithTags("places");

        locations.MapGet("", async (PlaceBook book, CancellationToken token) => TypedResults.Ok(await book.ListAsync(token)))
            .Demand(CorePermissions.StaffView).WithName("locations.list").WithSummary("All locations with their hours and rooms, those in use first.");

        locations.MapPost("", async Task<Created<LocationRecord>> (PlaceBook book, LocationInput input, CancellationToken token) =>
            {
                var location = await book.AddAsync(input, token);
                return TypedResults.Created($"/api/locations/{location.Id}", location);
            })
            .Demand(CorePermissions.PlacesManage).WithName("locations.add").WithSummary("Adds a location.").ProducesProblem(422);

        locations.MapGet("{id:long}", async (PlaceBook book, HttpContext http, long id, CancellationToken token) =>
                Tagged(http, await book.FindAsync(id, token)))
            .Demand(CorePermissions.StaffView).WithName("locations.read").WithSummary("A location with its hours and rooms, with its ETag.").ProducesProblem(404);

        locations.MapPut("{id:long}", async (PlaceBook book, HttpContext http, long id, LocationInput input, CancellationToken token) =>
                Tagged(http, await book.ChangeAsync(id, RowVersions.Required(http.Request), input, token)))
            .Demand(CorePermissions.PlacesManage).WithName("locations.change")
            .WithSummary("Replaces a location; active says whether it is in use. If-Match holds the ETag it was read with.")
            .ProducesProblem(404).ProducesProblem(412).ProducesProblem(422).ProducesProblem(428);

        locations.MapGet("{id:long}/openings", async (PlaceBook book, IPlaces places, long id, DateOnly day, CancellationToken token) =>
            {
                await book.FindAsync(id, token);
                return TypedResults.Ok(await places.OpeningsOfAsync(id, day, token: token));
            })
            .Demand(CorePermissions.StaffView).WithName("locations.openings").WithSummary("When a location is open on a day of its own calendar, in UTC.").ProducesProblem(404);

        locations.MapPost("{id:long}/rooms", async Task<Created<RoomRecord>> (PlaceBook book, long id, RoomInput input, CancellationToken token) =>
            {
                var room = await book.AddRoomAsync(id, input, token);
                return TypedResults.Created($"/api/locations/{id}/rooms/{room.Id}", room);
            })
            .Demand(CorePermissions.PlacesManage).WithName("rooms.add").WithSummary("Adds a room to a location.").ProducesProblem(404).ProducesProblem(422);

        locations.MapGet("{id:long}/rooms/{room:long}", async (PlaceBook book, HttpContext http, long id, long room, CancellationToken token) =>
                Tagged(http, await book.FindRoomAsync(id, room, token)))
            .Demand(CorePermissions.StaffView).WithName("rooms.read").WithSummary("A room, with its ETag.").ProducesProblem(404);

        locations.MapPut("{id:long}/rooms/{room:long}", async (PlaceBook book, HttpContext http, long id, long room, RoomInput input, CancellationToken token) =>
                Tagged(http, await book.ChangeRoomAsync(id, room, RowVersions.Required(http.Request), input, token)))
            .Demand(CorePermissions.PlacesManage).WithName("rooms.change")
            .WithSummary("Replaces a room; active says whether it is in use. If-Match holds the ETag it was read with.")
            .ProducesProblem(404).ProducesProblem(412).ProducesProblem(422).ProducesProblem(428);
        return routes;
    }

    private static Ok<LocationRecord> Tagged(HttpContext http, LocationRecord location)
    {
        http.Response.Headers.ETag = RowVersions.Tag(location.RowVersion);
        return TypedResults.Ok(location);
    }

    private static Ok<RoomRecord> Tagged(HttpContext http, RoomRecord room)
    {
        http.Response.Headers.ETag = RowVersions.Tag(room.RowVersion);
        return TypedResults.Ok(room);
    }
}
