using Microsoft.Extensions.Localization;
using Smp.Sdk;

namespace Smp.Host.Pages.Worklist;

/// <summary>How much something presses, in a word or two.</summary>
internal static class UrgencyWords
{
    public static string Of(Urgency urgency, IStringLocalizer<HostTexts> texts) => urgency switch
    {
        Urgency.Danger => texts["Urgent"],
        Urgency.Warning => texts["Due now"],
        _ => texts["Due later"],
    };
}
