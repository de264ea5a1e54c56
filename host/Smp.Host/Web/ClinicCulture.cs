using System.Globalization;
using Smp.Runtime.Core.Settings;

namespace Smp.Host.Web;

/// <summary>Every request speaks the clinic's language, whatever the machine's is.</summary>
internal sealed class ClinicCulture(RequestDelegate next, SettingsBook settings)
{
    public Task InvokeAsync(HttpContext context)
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = settings.Language;
        return next(context);
    }
}
