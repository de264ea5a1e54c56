using Microsoft.Extensions.Localization;
using Smp.Sdk;

namespace Smp.Host.Pages.Worklist;

/// <summary>How much something presses, in a word or two.</summary>
internal static class UrgencyWords
{
    public static string Of(Urgency urgency, IStringLocalizer<HostTexts> T) => urgency switch
    {
        Urgency.Danger => T["Urgent"],
        Urgency.Warning => T["Due now"],
        _ => T["To do"],
    };
}
