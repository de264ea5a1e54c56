using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Smp.Runtime.Identity;
using Smp.Sdk;

namespace Smp.Runtime.Api;

/// <summary>
/// A browser sends its session along with whatever page makes it send a request. So writes to the API that rely on a session carry the
/// form's token as well, which other sites' pages can't know; writes with an API token have proved who sends them.
/// </summary>
internal sealed class SessionWrites(RequestDelegate next, IAntiforgery antiforgery)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        var writes = !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method));
        if (writes && request.IsApi() && Schemes.Of(context) == Schemes.Session && !await antiforgery.IsRequestValidAsync(context))
        {
            throw Refuse.Forbidden(
                $"A change by a browser's session needs the form's token in the header X-Form-Token. Programs use an API token instead.");
        }

        await next(context);
    }
}
