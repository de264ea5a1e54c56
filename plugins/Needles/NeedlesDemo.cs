using Smp.Needles.Containers;
using Smp.Needles.Items;
using Smp.Needles.Lots;
using Smp.Needles.Reservations;
using Smp.Needles.Sterilising;
using Smp.Needles.Uses;
using Smp.Sdk;

namespace Smp.Needles;

/// <summary>
/// A shelf as a clinic has it: some lots in use, one to inspect, one low, one about to expire and one that has; open bottles, two loads of the steriliser,
/// something kept for tomorrow and something that is open right now. Makers are invented.
/// </summary>
internal sealed class NeedlesDemo(
    ItemCatalogue catalogue, Receiving receiving, ContainerBook containers, LoadBook loads, ReservationBook reservations, Picking picking, UseLog log, IPatients patients, IStaff staff, IClinicClock clock) : IDemoData
{
    private const string Tattoo = "Lindqvist Tattoo Systems";
    private const string Surgery = "Arroyo Surgical";

    public async Task AddAsync(CancellationToken token)
    {
        var liner = await AddAsync(new()
        {
            Manufacturer = Tattoo, Name = "Fjord", Ref = "FJ-1RL-25", Gtin = "09521234543206", Kind = SupplyKind.NeedleCartridge, Configuration = "1RL",
            DiameterMicrometres = 250, UnitsPerBox = 20,
        });
        var triple = await AddAsync(new()
        {
            Manufacturer = Tattoo, Name = "Fjord", Ref = "FJ-3RL-30", Gtin = "09521234543213", Kind = SupplyKind.NeedleCartridge, Configuration = "3RL",
            DiameterMicrometres = 300, UnitsPerBox = 20,
        });
        var dark = await AddAsync(new()
        {
            Manufacturer = "Ravenna Pigments", Name = "Scalp Charcoal 15 ml", Ref = "RV-CH-15", Kind = SupplyKind.Pigment, UnitsPerBox = 1,
        });
        var soft = await AddAsync(new()
        {
            Manufacturer = "Ravenna Pigments", Name = "Scalp Ash 15 ml", Ref = "RV-AS-15", Kind = SupplyKind.Pigment, UnitsPerBox = 1,
            DiscardAfterDays = 90, MultiPatient = true, ContentsMicrolitres = 15_000,
        });
        var lidocaine = await AddAsync(new()
        {
            Manufacturer = "Halden Pharma", Name = "Lidocaine 2 % 20 ml", Ref = "LID-2-20", Kind = SupplyKind.Anaesthetic, UnitsPerBox = 10,
            DiscardAfterDays = 28, MultiPatient = true, ContentsMicrolitres = 20_000,
        });
        var punch = await AddAsync(new()
        {
            Manufacturer = Surgery, Name = "Punch, sharp", Ref = "AS-P-090", Kind = SupplyKind.PunchTip, DiameterMicrometres = 900, UnitsPerBox = 5,
        });

        var lots = new Dictionary<string, Lot>
        {
            ["liner"] = await ReceiveAsync(liner, "L2409A", daysLeft: 420, boxes: 3, daysAgo: 60),
            ["soon"] = await ReceiveAsync(triple, "A213B1", daysLeft: 18, boxes: 2, daysAgo: 200),
            ["triple"] = await ReceiveAsync(triple, "A377C4", daysLeft: 510, boxes: 4, daysAgo: 30),
            ["low"] = await ReceiveAsync(dark, "RC-0881", daysLeft: 300, boxes: 6, daysAgo: 90, Sterilisation.Irradiation),
            ["soft"] = await ReceiveAsync(soft, "RA-0417", daysLeft: 240, boxes: 8, daysAgo: 45, Sterilisation.Irradiation),
            ["lidocaine"] = await ReceiveAsync(lidocaine, "HP77120", daysLeft: 150, boxes: 2, daysAgo: 40, Sterilisation.Aseptic),
            ["expired"] = await ReceiveAsync(punch, "P0912", daysLeft: -6, boxes: 1, daysAgo: 400),
            ["punch"] = await ReceiveAsync(punch, "P1147", daysLeft: 600, boxes: 4, daysAgo: 20),
        };
        // Came this morning, and nobody has looked at it yet.
        await receiving.ReceiveAsync(new()
        {
            ItemId = liner.Id, Number = "L2511F", Expiry = clock.Today.AddDays(700), Boxes = 5, Sterilisation = Sterilisation.EO,
            Supplier = "Northern Medical Supply",
        }, token);

        var people = await patients.SearchAsync("", 12, token);
        var team = (await staff.ListAsync(token)).Where(s => s.Role is Role.Physician or Role.Technician).ToList();
        if (people.Count == 0 || team.Count == 0) return;
        var day = 0;
        foreach (var (lot, quantity) in new[]
        {
            ("soon", 2), ("liner", 3), ("low", 1), ("lidocaine", 1), ("soon", 3), ("soft", 1), ("liner", 2), ("low", 1), ("soon", 2), ("punch", 2),
            ("lidocaine", 2), ("low", 1), ("triple", 2), ("liner", 1), ("low", 1), ("triple", 3), ("soft", 1), ("low", 1), ("punch", 1),
        })
        {
            await log.RecordAsync(new()
            {
                LotId = lots[lot].Id, PatientId = people[day % people.Count].Id, Quantity = quantity, PerformedBy = team[day % team.Count].Id,
                UsedAt = clock.Now.AddDays(-19 + day).AddHours(-(day % 5)),
            }, token);
            day++;
        }

        await OpenThingsAsync(people, team, lots, token);
        await SteriliseAsync(people, team, token);

        Task<Item> AddAsync(ItemInput input) => catalogue.AddAsync(input, token);

        Task<Lot> ReceiveAsync(Item item, string number, int daysLeft, int boxes, int daysAgo, Sterilisation sterilisation = Sterilisation.EO) =>
            receiving.ReceiveAsync(new()
            {
                ItemId = item.Id, Number = number, Expiry = clock.Today.AddDays(daysLeft), Manufactured = clock.Today.AddDays(daysLeft - 1100), Boxes = boxes,
                Sterilisation = sterilisation, Supplier = "Northern Medical Supply", ReceivedAt = clock.Now.AddDays(-daysAgo), Inspected = new(Passed: true),
            }, token);
    }

    private async Task OpenThingsAsync(
        IReadOnlyList<PatientSummary> people, List<StaffMember> team, Dictionary<string, Lot> lots, CancellationToken token)
    {
        foreach (var (lot, drawn) in new[] { ("soft", 400), ("soft", 650), ("lidocaine", 6_000) })
        {
            var here = (await containers.PageAsync(new(lots[lot].Id), null, 1, token)).Items;
            var bottle = here.Count > 0 ? here[0] : await containers.OpenAsync(lots[lot].Id, null, null, token);
            await log.RecordAsync(new()
            {
                LotId = bottle.LotId, ContainerId = bottle.Id, PatientId = people[drawn % people.Count].Id, Microlitres = drawn, PerformedBy = team[0].Id,
            }, token);
        }

        await picking.PickAsync(new(lots["liner"].Id, people[0].Id, 2), token);
        await reservations.ReserveAsync(new ReservationInput
        {
            ItemId = lots["triple"].ItemId, PatientId = people[^1].Id, Quantity = 3, Day = clock.Today.AddDays(1),
        }, token);
    }

    private async Task SteriliseAsync(IReadOnlyList<PatientSummary> people, List<StaffMember> team, CancellationToken token)
    {
        var handle = await catalogue.AddAsync(new()
        {
            Manufacturer = Surgery, Name = "Extraction handle with punches", Ref = "AS-H-2", Kind = SupplyKind.SterilisedSet,
        }, token);
        var ready = await LoadAsync(412, clock.Now.AddDays(-3), "H-1", "H-2", "H-3");
        await loads.ReadAsync(ready.Load.Id, IndicatorResult.Pass, IndicatorResult.Pass, null, token);
        await loads.ReleaseAsync(ready.Load.Id, token);
        await log.RecordAsync(new() { LotId = ready.Sets[0].LotId, PatientId = people[0].Id, PerformedBy = team[0].Id }, token);
        // Ran this morning: the biological indicator is in the incubator.
        await loads.ReadAsync((await LoadAsync(413, clock.Now.AddHours(-2), "H-4", "H-5")).Load.Id, IndicatorResult.Pass, null, null, token);

        Task<LoadDetails> LoadAsync(int cycle, DateTimeOffset ended, params string[] labels) => loads.AddAsync(new()
        {
            Steriliser = "A1", Cycle = cycle, Program = "134 °C, 5 min, wrapped", StartedAt = ended.AddMinutes(-48), EndedAt = ended,
            Sets = [.. labels.Select(label => new LoadSetInput(handle.Id, label))],
        }, token);
    }
}
