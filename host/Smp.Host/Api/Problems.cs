using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Smp.Runtime.Hosting;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Host.Api;

/// <summary>
/// What went wrong, in one form: problem+json (RFC 9457) under <c>/api</c>, a page elsewhere. Sentences are for people and name no patient;
/// what isn't a refusal is logged and shown by its number alone.
/// </summary>
internal sealed class Problems(RequestDelegate next, Words words, ILogger<Problems> log)
{
    // As the routes write bodies: what is carried along has its enums by name, too.
    private static readonly JsonSerializerOptions Written = new(JsonSerializerOptions.Web) { Converters = { new JsonStringEnumConverter() } };

    /// <summary>Where the error page finds what to say.</summary>
    public static readonly object Sentence = new();

    public async Task InvokeAsync(HttpContext context)
    {
        ProblemDetails? problem = null;
        try
        {
            await next(context);
        }
        catch (Exception error) when (!context.Response.HasStarted)
        {
            if (context.RequestAborted.IsCancellationRequested) return;
            problem = Of(error, context);
        }

        if (context.Response.HasStarted) return;
        if (problem is null && context.Response is { StatusCode: >= 400, ContentLength: null, ContentType: null })
            problem = new() { Status = context.Response.StatusCode, Detail = Unanswered(context.Response.StatusCode) };
        if (problem is null) return;
        if (context.Request.Path.StartsWithSegments("/api")) await WriteAsync(context, problem);
        else await ShowAsync(context, problem);
    }

    private ProblemDetails Of(Exception error, HttpContext context)
    {
        switch (error)
        {
            case RefusedException refused:
                var problem = new ProblemDetails { Status = StatusOf(refused.Kind), Detail = words.Say(refused.Sentence) };
                if (refused.Errors.Count > 0)
                {
                    problem.Extensions["errors"] = refused.Errors.GroupBy(e => e.Field)
                        .ToDictionary(g => g.Key, g => g.Select(e => words.Say(e.Message)).ToArray());
                }

                foreach (var (name, value) in refused.Details) problem.Extensions[name] = value;
                return problem;

            case BadHttpRequestException { InnerException: JsonException json } bad:
                return new() { Status = bad.StatusCode, Detail = Json(json) };

            case BadHttpRequestException bad:
                return new() { Status = bad.StatusCode, Detail = bad.Message };

            case var _ when StoreFault.Of(error) is { } fault:
                context.Items[typeof(StoreFault)] = fault;
                log.LogError(error, "The store failed at {Method} {Route} ({Trace})", context.Request.Method, Route(context), context.TraceIdentifier);
                return new() { Status = StatusOf(fault), Detail = words.Say(fault.Sentence) };

            case TimeoutException:
                log.LogError(error, "Out of time at {Method} {Route}", context.Request.Method, Route(context));
                return new() { Status = StatusCodes.Status503ServiceUnavailable, Detail = error.Message };

            case FileMissingException:
                log.LogError(error, "A file is missing at {Method} {Route}", context.Request.Method, Route(context));
                return new() { Status = StatusCodes.Status500InternalServerError, Detail = error.Message };

            default:
                log.LogError(error, "Failed at {Method} {Route} ({Trace})", context.Request.Method, Route(context), context.TraceIdentifier);
                return new()
                {
                    Status = StatusCodes.Status500InternalServerError,
                    Detail = $"Something went wrong here, and nothing was changed by it. The log has it under {context.TraceIdentifier}.",
                };
        }
    }

    private static async Task WriteAsync(HttpContext context, ProblemDetails problem)
    {
        var status = problem.Status ?? StatusCodes.Status500InternalServerError;
        context.Response.StatusCode = status;
        problem.Title ??= Title(status);
        problem.Type ??= "about:blank";
        await context.Response.WriteAsJsonAsync(problem, Written, "application/problem+json", context.RequestAborted);
    }

    // The page is rendered by the same pipeline, as another address, so that it has the rail and the language of all others.
    private async Task ShowAsync(HttpContext context, ProblemDetails problem)
    {
        var status = problem.Status ?? StatusCodes.Status500InternalServerError;
        context.Items[Sentence] = problem.Detail;
        // Without it Razor writes no page with the status 404: it leaves that to the framework's own middleware.
        context.Features.Set<IStatusCodeReExecuteFeature>(new StatusCodeReExecuteFeature
        {
            OriginalPathBase = context.Request.PathBase, OriginalPath = context.Request.Path, OriginalQueryString = context.Request.QueryString.Value,
        });
        context.Request.Method = HttpMethods.Get;
        context.Request.Path = "/problem";
        context.Request.QueryString = default;
        context.Request.ContentLength = null;
        context.Request.ContentType = null;
        context.SetEndpoint(null);
        context.Request.RouteValues.Clear();
        // Not everything: what the answer says about security stays.
        context.Response.ContentType = null;
        context.Response.ContentLength = null;
        context.Response.Headers.Remove("Location");
        context.Response.Headers.Remove("ETag");
        context.Response.StatusCode = status;
        // What the failed page had in its scope is half-way through; the page for problems begins afresh.
        var before = context.RequestServices;
        await using var scope = before.CreateAsyncScope();
        context.RequestServices = scope.ServiceProvider;
        try
        {
            await next(context);
        }
        catch (Exception error) when (!context.Response.HasStarted)
        {
            log.LogError(error, "The page for problems failed too");
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync(problem.Detail ?? Title(status), context.RequestAborted);
        }
        finally
        {
            context.RequestServices = before;
        }
    }

    private static string Json(JsonException error)
    {
        var where = error.LineNumber is { } line
            ? string.Create(CultureInfo.InvariantCulture, $" at line {line + 1}, byte {error.BytePositionInLine + 1}")
            : "";
        var what = error.Path is { Length: > 1 } path ? $" ({path})" : "";
        return $"The body isn't the JSON that is expected here{where}{what}. See /api/openapi.json for what is.";
    }

    private static string Unanswered(int status) => status switch
    {
        403 => "Your role doesn't have the permission that this needs.",
        404 => "There is nothing at this address.",
        405 => "This address doesn't take this method. The header Allow says which ones it takes.",
        415 => "The body has to be JSON: send it with the header Content-Type: application/json.",
        400 => "The request couldn't be understood. If this was a form, open the page again and send it once more.",
        _ => Title(status),
    };

    internal static string Title(int status) => status switch
    {
        400 => "Bad request",
        401 => "Not signed in",
        403 => "Not allowed",
        404 => "Not found",
        405 => "Method not allowed",
        409 => "Refused",
        412 => "Changed meanwhile",
        413 => "Too large",
        415 => "Not JSON",
        422 => "Needs another look",
        428 => "Version needed",
        503 => "Not available just now",
        507 => "The disk is full",
        _ => "Something went wrong",
    };

    internal static int StatusOf(RefusalKind kind) => kind switch
    {
        RefusalKind.Invalid => StatusCodes.Status422UnprocessableEntity,
        RefusalKind.Missing => StatusCodes.Status404NotFound,
        RefusalKind.Refused => StatusCodes.Status409Conflict,
        RefusalKind.Stale => StatusCodes.Status412PreconditionFailed,
        RefusalKind.Forbidden => StatusCodes.Status403Forbidden,
        _ => StatusCodes.Status500InternalServerError,
    };

    internal static int StatusOf(StoreFault fault) => fault.IsDiskFull ? StatusCodes.Status507InsufficientStorage
        : fault.IsDamage ? StatusCodes.Status500InternalServerError
        : StatusCodes.Status503ServiceUnavailable;

    // The pattern, not the address: that may hold what somebody typed.
    private static string Route(HttpContext context) => (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "(no route)";
}
