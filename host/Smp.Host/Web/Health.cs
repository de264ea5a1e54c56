using Smp.Runtime.Hosting;

namespace Smp.Host.Web;

/// <summary>
/// <c>/health/live</c>: the process runs. <c>/health/ready</c>: the clinic is open and its store answers. For whoever watches the
/// process; they say nothing else, so they are open to everybody.
/// </summary>
internal sealed class Health(RequestDelegate next, Clinic clinic)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var path = context.Request.Path;
        if (!path.StartsWithSegments("/health", out var what) || what.Value is not ("/live" or "/ready"))
        {
            await next(context);
            return;
        }

        var well = what == "/live" || await clinic.IsReadyAsync(context.RequestAborted);
        context.Response.StatusCode = well ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync(well ? "ok\n" : "not ready\n", context.RequestAborted);
    }
}
