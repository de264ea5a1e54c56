using System.Text;
using Dapper;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Smp.Runtime.Identity;
using Smp.Runtime.Store;
using Smp.Sdk;

namespace Smp.Runtime.Api;

/// <summary>
/// Makes writes with an <c>Idempotency-Key</c> happen once, however often they are sent: the first answer is kept for a day and given
/// again. A request that was refused changed nothing, keeps no key, and may be sent again corrected.
/// </summary>
internal sealed class IdempotencyMiddleware(RequestDelegate next, StoreEngine store, RequestKey key, TimeProvider time, ILogger<IdempotencyMiddleware> log)
{
    private const int MaxKey = 200;
    private const int MaxKept = 256 * 1024;

    // What it needs of the request's scope it asks for: parameters here would have an expression compiled for each shell.
    public async Task InvokeAsync(HttpContext context)
    {
        var request = context.RequestServices.GetRequiredService<RequestContext>();
        var method = context.Request.Method;
        if (!context.Request.Path.StartsWithSegments("/api") || HttpMethods.IsGet(method) || HttpMethods.IsHead(method)
            || !context.Request.Headers.TryGetValue("Idempotency-Key", out var header))
        {
            await next(context);
            return;
        }

        var name = header.ToString();
        if (name.Length is 0 or > MaxKey || name.Any(c => c is < '!' or > '~'))
            throw Refuse.Field("Idempotency-Key", $"The Idempotency-Key is 1 to {MaxKey} printable characters without spaces, such as a UUID.");

        var owner = context.User.FindFirst("sub")?.Value ?? request.Actor.Name;
        var claim = new IdempotencyClaim(owner, name, await FingerprintAsync(context.Request));
        if (await FindAsync(claim, context.RequestAborted) is { } kept)
        {
            if (kept.Fingerprint != claim.Fingerprint)
                throw Refuse.Field("Idempotency-Key", $"This Idempotency-Key was used for another request. Use a new key for each request.");
            if (kept.Status is not { } status)
            {
                throw Refuse.Because(
                    $"This request was carried out before, but its answer is not at hand. Read the resource to see what came of it.");
            }

            await AnswerAgainAsync(context, kept, status);
            return;
        }

        request.Claim = claim;
        var body = context.Response.Body;
        using var copy = new MemoryStream();
        context.Response.Body = copy;
        try
        {
            await next(context);
        }
        finally
        {
            context.Response.Body = body;
        }

        var secret = context.GetEndpoint()?.Metadata.GetMetadata<AnswerNotKeptAttribute>() is not null;
        if (context.Response.StatusCode < 300 && copy.Length <= MaxKept && !secret) await TryKeepAsync(claim, context.Response, copy.ToArray());
        copy.Position = 0;
        await copy.CopyToAsync(body, context.RequestAborted);
    }

    private async Task<string> FingerprintAsync(HttpRequest request)
    {
        request.EnableBuffering();
        using var hash = key.Begin();
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Method} {request.Path}{request.QueryString}\n"));
        var buffer = new byte[8192];
        int read;
        while ((read = await request.Body.ReadAsync(buffer)) > 0) hash.AppendData(buffer, 0, read);
        request.Body.Position = 0;
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private Task<Kept?> FindAsync(IdempotencyClaim claim, CancellationToken token) => store.ReadAsync(Rights.Core, oneMoment: false,
        connection => connection.QuerySingleOrDefaultAsync<Kept>("""
            SELECT fingerprint, status, content_type, location, body FROM core__requests
            WHERE owner = @Owner AND key = @Key AND at > @since
            """, new { claim.Owner, claim.Key, since = time.GetUtcNow() - IdempotencyClaim.KeptFor }), token);

    private static async Task AnswerAgainAsync(HttpContext context, Kept kept, int status)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = kept.ContentType;
        if (kept.Location is { } location) context.Response.Headers.Location = location;
        context.Response.Headers["Idempotent-Replayed"] = "true";
        if (kept.Body is { Length: > 0 } body) await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    // What was asked for is done: that its answer can't be kept doesn't undo it, and must not be told in its place.
    private async Task TryKeepAsync(IdempotencyClaim claim, HttpResponse response, byte[] body)
    {
        try
        {
            await KeepAsync(claim, response, body);
        }
        catch (Exception error)
        {
            log.LogError(error, "The answer to a request that was carried out can't be kept ({Trace})", response.HttpContext.TraceIdentifier);
        }
    }

    // A unit of its own, after the one that did the work: were it lost, the claim would still keep the work from being done twice.
    private Task<int> KeepAsync(IdempotencyClaim claim, HttpResponse response, byte[] body) => store.WriteAsync(
        Rights.Core, new("Kept the answer to a request"), Actor.System, response.HttpContext.RequestServices, async unit =>
        {
            await unit.Connection.ExecuteAsync("DELETE FROM core__requests WHERE at <= @until", new { until = unit.Now - IdempotencyClaim.KeptFor });
            return await unit.Connection.ExecuteAsync("""
                UPDATE core__requests SET status = @StatusCode, content_type = @ContentType, location = @location, body = @body
                WHERE owner = @Owner AND key = @Key AND request = @Request
                """, new
            {
                response.StatusCode, response.ContentType, location = response.Headers.Location.FirstOrDefault(), body,
                claim.Owner, claim.Key, claim.Request,
            });
        }, CancellationToken.None);

    private sealed record Kept(string Fingerprint, int? Status, string? ContentType, string? Location, byte[]? Body);
}
