using System.Globalization;
using Smp.Sdk;

namespace Smp.Needles.Sharps;

/// <summary>Sharps containers that stood open long enough, and closed ones that are still in the house.</summary>
[ForTheClinic]
internal sealed class SharpsWorklist(SharpsCupboard cupboard) : IWorklistSource
{
    public string Permission => Permissions.View;

    public async Task<IReadOnlyList<WorklistEntry>> ListAsync(WorklistQuery query, CancellationToken token)
    {
        return [.. (await cupboard.HereAsync(token)).Select(c => Entry(c, query.Today)).OfType<WorklistEntry>()
            .OrderByDescending(entry => entry.Urgency).ThenBy(entry => entry.Due).Take(query.Limit)];
    }

    private static WorklistEntry? Entry(SharpsContainer container, DateOnly today)
    {
        var href = string.Create(CultureInfo.InvariantCulture, $"/needles/sharps/{container.Id}");
        return container switch
        {
            { CloseBy: { } due } when due <= today => new(
                $"Close sharps container {container.Label}", $"{container.Place} · has been open long enough", href, due,
                due < today ? Urgency.Danger : Urgency.Warning),
            { DisposeBy: { } due } when due < today => new(
                $"Have sharps container {container.Label} taken away", $"{container.Place} · closed, and still here", href, due, Urgency.Warning),
            _ => null,
        };
    }
}
