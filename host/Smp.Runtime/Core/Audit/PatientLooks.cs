using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Smp.Runtime.Identity;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Runtime.Core.Audit;

/// <summary>
/// Writes down who looked at patients' records. Stands after authorization: whoever may not see a record hasn't. A record is shown even when
/// that can't be written down, and the log says so: a patient's allergies must never be unreadable because a disk is full.
/// </summary>
internal sealed class PatientLooks(RequestDelegate next, ILogger<PatientLooks> log)
{
    public async Task InvokeAsync(HttpContext http)
    {
        if (!HttpMethods.IsGet(http.Request.Method) || http.RequestServices.GetRequiredService<RequestContext>().Actor.Kind == ActorKind.System)
        {
            await next(http);
            return;
        }

        var look = new Look(http, log);
        http.Features.Set<IPatientLook>(look);
        // Only now is it known whether the record is shown; it is written down while the answer goes out.
        http.Response.OnStarting(static look => ((Look)look).BeginAsync(), look);
        try
        {
            await next(http);
            // An answer without a body hasn't begun yet.
            await look.BeginAsync();
        }
        finally
        {
            await look.EndAsync();
        }
    }

    private sealed class Look(HttpContext http, ILogger log) : IPatientLook
    {
        // Longer than a unit of work may take. Whoever waits for the end of the answer doesn't wait for a writer that stands still.
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
        private readonly Endpoint? endpoint = http.GetEndpoint();
        private readonly SortedSet<long> patients = [];
        private bool begun;
        private Task writing = Task.CompletedTask;

        public void At(long patientId) => patients.Add(patientId);

        public Task BeginAsync()
        {
            if (begun) return Task.CompletedTask;
            begun = true;
            if (http.Response.StatusCode is < 200 or >= 300) return Task.CompletedTask;
            if (endpoint?.Metadata.GetMetadata<AboutPatientAttribute>() is { } about && Named(about.Parameter) is { } patient) patients.Add(patient);
            if (patients.Count > 0) writing = WriteAsync(http.RequestServices.GetRequiredService<PatientReads>());
            // Not the writing itself, which the answer would wait for.
            return Task.CompletedTask;
        }

        public async Task EndAsync()
        {
            try
            {
                await writing.WaitAsync(Patience);
            }
            catch (TimeoutException)
            {
                log.LogError("Who looked at the record of {Patients} isn't written down yet after {Patience}", Keys, Patience);
            }
        }

        private string Keys => string.Join(", ", patients.Select(PatientSummary.NumberOf));

        private async Task WriteAsync(PatientReads reads)
        {
            try
            {
                await reads.AddAsync(patients, Route());
            }
            catch (Exception error)
            {
                log.LogError(error, "Who looked at the record of {Patients} could not be written down", Keys);
            }
        }

        private long? Named(string parameter)
        {
            var value = http.Request.RouteValues.TryGetValue(parameter, out var there)
                ? Convert.ToString(there, CultureInfo.InvariantCulture)
                : http.Request.Query[parameter].ToString();
            return long.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var key) ? key : null;
        }

        // The pattern without its constraints, with the keys of what was looked at: which photo, which dose. Never the address itself, which may hold what
        // somebody typed; nor the patient's key, which stands beside it.
        private string Route() => endpoint is not RouteEndpoint { RoutePattern: var pattern } ? "GET"
            : "GET /" + string.Join('/', pattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part => part switch
            {
                RoutePatternLiteralPart literal => literal.Content,
                RoutePatternSeparatorPart separator => separator.Content,
                RoutePatternParameterPart parameter => Key(parameter) ?? $"{{{JsonNamingPolicy.CamelCase.ConvertName(parameter.Name)}}}",
                _ => "",
            }))));

        private string? Key(RoutePatternParameterPart parameter) =>
            parameter.ParameterPolicies.Any(policy => policy.Content == "long") && !parameter.Name.Equals(endpoint?.Metadata.GetMetadata<AboutPatientAttribute>()?.Parameter, StringComparison.OrdinalIgnoreCase)
                ? Convert.ToString(http.Request.RouteValues[parameter.Name], CultureInfo.InvariantCulture)
                : null;
    }
}
