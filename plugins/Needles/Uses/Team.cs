using System.Globalization;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Needles.Uses;

/// <summary>Who may have used needles on a patient.</summary>
internal static class Team
{
    /// <summary>Those who treat, and whoever is asking, by name.</summary>
    public static async Task<IReadOnlyList<Option>> OptionsAsync(IStaff staff, ICurrentActor actor, CancellationToken token = default) =>
        [.. (await staff.ListAsync(token))
            .Where(s => s.Role is Role.Physician or Role.Technician || s.Id == actor.Actor.StaffId)
            .Select(s => new Option(s.Id.ToString(CultureInfo.InvariantCulture), s.Name))];
}
