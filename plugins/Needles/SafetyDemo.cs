using Smp.Needles.Injuries;
using Smp.Needles.Lots;
using Smp.Needles.Recalls;
using Smp.Needles.Sharps;
using Smp.Sdk;

namespace Smp.Needles;

/// <summary>What follows after the shelf: sharps containers in each state, an injury that is being followed up, and a recall with people to tell.</summary>
internal sealed class SafetyDemo(
    SharpsCupboard cupboard, InjuryLog injuries, RecallBook recalls, LotDirectory lots, IStaff staff, IClinicClock clock) : IDemoData
{
    public async Task AddAsync(CancellationToken token)
    {
        await ContainersAsync(token);
        await InjuryAsync(token);
        if (await lots.NamedAsync("RA-0417", token) is { } lot)
        {
            await recalls.OpenAsync(new()
            {
                ItemId = lot.ItemId, Lots = [lot.Number], Class = RecallClass.III, Source = "Ravenna Pigments, notice 2026-04",
                Reason = "The label names the wrong month of sterilisation",
            }, token);
        }
    }

    private async Task ContainersAsync(CancellationToken token)
    {
        await OpenAsync("SC-016", 2000, "Beside chair 1", daysAgo: 12);
        await OpenAsync("SC-014", 2000, "Beside chair 2", daysAgo: 95);
        var full = await OpenAsync("SC-015", 5000, "Theatre trolley", daysAgo: 40);
        await cupboard.CloseAsync(full.Id, full.RowVersion, new(CloseReason.ThreeQuartersFull), token);
        var gone = await OpenAsync("SC-011", 5000, "Theatre trolley", daysAgo: 110);
        gone = await cupboard.CloseAsync(gone.Id, gone.RowVersion, new(CloseReason.ThreeQuartersFull), token);
        await cupboard.DisposeAsync(gone.Id, gone.RowVersion, new("Northern Clinical Waste", "NCW-20418"), token);

        Task<SharpsContainer> OpenAsync(string label, int size, string place, int daysAgo) =>
            cupboard.OpenAsync(new() { Label = label, SizeMl = size, Place = place, OpenedAt = clock.Now.AddDays(-daysAgo) }, token);
    }

    private async Task InjuryAsync(CancellationToken token)
    {
        if ((await staff.ListAsync(token)).LastOrDefault(s => s.Role is Role.Technician) is not { } injured) return;
        var lot = await lots.NamedAsync("A377C4", token);
        var happened = clock.Now.AddHours(-26);
        var injury = await injuries.ReportAsync(new()
        {
            StaffId = injured.Id, HappenedAt = happened, LotId = lot?.Id, DeviceType = "Needle cartridge", DeviceBrand = "Lindqvist Tattoo Systems Fjord",
            Area = "Room 2, taking the cartridge off", How = "The cartridge slipped while it was taken off the machine, and went through the glove.",
        }, token);
        foreach (var (task, outcome, minutes, note) in new[]
        {
            (InjuryTask.Wash, StepOutcome.Done, 2, (string?)null), (InjuryTask.Evaluation, StepOutcome.Done, 35, null),
            (InjuryTask.HivProphylaxis, StepOutcome.Declined, 80, "After advice; the source is known and negative"),
            (InjuryTask.HepatitisB, StepOutcome.NotApplicable, 80, "Vaccinated, protected"),
        })
        {
            injury = await injuries.RecordAsync(injury.Id, task, injury.RowVersion, new(outcome, happened.AddMinutes(minutes), note), token);
        }
    }
}
