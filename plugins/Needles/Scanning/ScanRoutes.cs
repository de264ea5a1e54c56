using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Needles.Scanning;

/// <summary>A scanned code, as a body.</summary>
/// <param name="Code">What the scanner sent, with its separators; at most 400 characters.</param>
public sealed record ScanInput(string? Code);

/// <summary>What a barcode says; null for what it doesn't.</summary>
/// <param name="Gtin">GTIN, 14 digits.</param>
/// <param name="Lot">Lot number.</param>
/// <param name="Expiry">The last day of use.</param>
/// <param name="Production">When it was made.</param>
/// <param name="Serial">Serial number.</param>
/// <param name="Count">How many pieces.</param>
/// <param name="Ref">The maker's number for the item.</param>
/// <param name="Standard">Whose rules the code follows.</param>
public sealed record ScanAnswer(
    string? Gtin, string? Lot, DateOnly? Expiry, DateOnly? Production, string? Serial, int? Count, string? Ref, CodeStandard Standard)
{
    internal static ScanAnswer Of(ScannedCode code) =>
        new(code.Gtin, code.Lot, code.Expiry, code.Production, code.Serial, code.Count, code.Ref, code.Standard);
}

/// <summary>Scanned codes as JSON.</summary>
internal static class ScanRoutes
{
    public static void MapScan(this IEndpointRouteBuilder api) =>
        api.MapPost("/scan", Ok<ScanAnswer> (IClinicClock clock, ScanInput input) =>
                TypedResults.Ok(ScanAnswer.Of(ScannedCode.Parse(input.Code, clock.Today))))
            .WithTags("Scanning").Demand(Permissions.View).WithName("needles.scan").WithSummary("Reads a GS1, EAN or HIBC code.")
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
}
