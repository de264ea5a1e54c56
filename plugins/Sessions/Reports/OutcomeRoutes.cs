using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Smp.Sdk.Web;

namespace Smp.Sessions.Reports;

/// <summary>The outcome report as JSON and as CSV.</summary>
internal static class OutcomeRoutes
{
    public static void MapOutcomes(this IEndpointRouteBuilder api) => api
        .MapGet("/outcomes", async Task<Ok<Outcomes>> (OutcomeBook book, DateOnly? from, DateOnly? through, CancellationToken token) => TypedResults.Ok(await book.ReadAsync(from, through, token)))
        .Demand(Permissions.View).WithTags("SMP outcomes").WithName("sessions.outcomes").WithSummary("How treatments turned out: sessions, intervals, complications by lot, shade and needle, satisfaction.")
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    public static void MapOutcomeDownloads(this IEndpointRouteBuilder pages) => pages
        .MapGet("/outcomes.csv", async Task<FileContentHttpResult> (OutcomeBook book, DateOnly? from, DateOnly? through, CancellationToken token) =>
        {
            var outcomes = await book.ReadAsync(from, through, token);
            return TypedResults.File(Encoding.UTF8.GetPreamble().Concat(Encoding.UTF8.GetBytes(Csv(outcomes))).ToArray(), "text/csv; charset=utf-8",
                string.Create(CultureInfo.InvariantCulture, $"outcomes-{outcomes.From:yyyy-MM-dd}-{outcomes.Through:yyyy-MM-dd}.csv"));
        })
        .Demand(Permissions.View).WithName("sessions.outcomes.csv");

    /// <summary>RFC 4180: CRLF, quotes doubled. What a spreadsheet would take for a formula gets an apostrophe before it.</summary>
    internal static string Csv(Outcomes outcomes)
    {
        var csv = new StringBuilder("measure,what,sessions,complications,percent\r\n");
        Line("Sessions", "", outcomes.Sessions, outcomes.Complicated, Percent(outcomes.Complicated, outcomes.Sessions));
        Line("Broken off", "", outcomes.Sessions, outcomes.Aborted, Percent(outcomes.Aborted, outcomes.Sessions));
        Line("Interval kept", "", outcomes.Intervals, outcomes.IntervalsKept, Percent(outcomes.IntervalsKept, outcomes.Intervals));
        foreach (var line in outcomes.Lines) Line(line.By.ToString(), line.What, line.Sessions, line.Complications, line.Percent);
        return csv.ToString();

        void Line(string measure, string what, long sessions, long complications, decimal percent) =>
            csv.Append(CultureInfo.InvariantCulture, $"{Cell(measure)},{Cell(what)},{sessions},{complications},{percent:0.0}\r\n");
    }

    /// <summary>Per cent of a whole; 0 of nothing.</summary>
    internal static decimal Percent(long part, long whole) => whole == 0 ? 0 : 100m * part / whole;

    private static string Cell(string text)
    {
        if (text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r') text = "'" + text;
        return text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
