using Smp.Runtime.Core.Credentials;
using Smp.Runtime.Core.Patients;
using Smp.Runtime.Core.Places;
using Smp.Runtime.Core.Procedures;
using Smp.Sdk;

namespace Smp.Host.Demo;

/// <summary>
/// Where the clinic of the demonstration works, what its staff are certified for, and its procedures: one in progress, one that a guard stops,
/// one of yesterday that nobody settled, and some that are over.
/// </summary>
internal sealed class DemoPractice(
    PlaceBook places, CredentialBook credentials, ProcedureDesk desk, PatientDirectory patients, IStaff staff, IClinicClock clock)
{
    public async Task AddAsync()
    {
        var (location, rooms) = await AddPlacesAsync();
        var team = (await staff.ListAsync()).ToDictionary(s => s.Name, s => s.Id);
        var (keller, mia, jonas) = (team["Dr. Ines Keller"], team["Mia Novak"], team["Jonas Berg"]);
        await AddCredentialsAsync(keller, mia, jonas);
        var people = (await patients.PageAsync(null, null, 200)).Items.OrderBy(p => p.Id).Select(p => p.Id).ToList();

        await desk.EnterHistoricalAsync(ClinicProcedure.Consultation, new("", "", people[0], keller, Past(21, 10), Past(21, 11), "Written on paper while the network was down")
        {
            LocationId = location, RoomId = rooms[0],
        });
        await desk.EnterHistoricalAsync(ClinicProcedure.Treatment, new("", "Pigmentation, first session", people[3], mia, Past(8, 9), Past(8, 12), "The clinic began to use this record on that day")
        {
            LocationId = location, RoomId = rooms[1], Team = [new(keller, "Prescribed the anaesthesia")],
        });

        var now = await PlanAsync(people[DemoRecords.Treated], "Pigmentation, second session", mia, Ago(20), rooms[1], new TeamMember(keller, "On call"));
        await desk.BookAsync(now.Id);
        await desk.StartAsync(now.Id);

        var over = await PlanAsync(people[4], "Check of healing", keller, Ago(90), rooms[0]);
        await desk.BookAsync(over.Id);
        await desk.StartAsync(over.Id);
        await desk.CloseAsync(over.Id);

        await desk.BookAsync((await PlanAsync(people[5], "Grafts, 1,200 follicular units", keller, Coming(3, 8), rooms[2], new TeamMember(mia, "Cuts grafts"))).Id);
        await desk.BookAsync((await PlanAsync(people[6], "Pigmentation, first session", mia, Coming(1, 14), rooms[0])).Id);
        // His training is out of date: a booking with him would be refused, and this one says so.
        await PlanAsync(people[7], "Pigmentation, first session", jonas, Coming(2, 9), rooms[0]);
        var off = await PlanAsync(people[8], "Consultation", keller, Coming(1, 9), rooms[0]);
        await desk.BookAsync(off.Id);
        await desk.CancelAsync(off.Id, "The client is ill");

        Task<Procedure> PlanAsync(long patient, string title, long performer, DateTimeOffset at, long room, params TeamMember[] others) =>
            desk.PlanAsync(ClinicProcedure.Treatment, new("", title, patient)
            {
                PlannedFor = at, PerformedBy = performer, LocationId = location, RoomId = room, Team = others,
            });
    }

    // Shortly after midnight what began before would be of another day, for which nothing is planned any more.
    private DateTimeOffset Ago(int minutes) => At(0, 0) is var midnight && clock.Now.AddMinutes(-minutes) is var at && at < midnight ? midnight : at;

    private DateTimeOffset Past(int days, int hour) => At(-days, hour);

    private DateTimeOffset Coming(int days, int hour) => At(days, hour);

    private DateTimeOffset At(int days, int hour)
    {
        var wall = clock.Today.AddDays(days).ToDateTime(new TimeOnly(hour, 0));
        return new DateTimeOffset(wall, clock.Zone.GetUtcOffset(wall)).ToUniversalTime();
    }

    // Where the clinic's own clock hangs, so that what is booked today is today there too.
    private async Task<(long Location, IReadOnlyList<long> Rooms)> AddPlacesAsync()
    {
        var weekdays = OpeningHours.Week.Take(5);
        var location = await places.AddAsync(new()
        {
            Name = "Musterweg", Address = "Musterweg 1\n1010 Wien", TimeZone = clock.Zone.HasIanaId ? clock.Zone.Id : "Etc/UTC",
            Hours =
            [
                .. weekdays.Select(day => new OpeningHours(day, "08:00", "12:30")), .. weekdays.Select(day => new OpeningHours(day, "13:30", "18:00")),
                new(DayOfWeek.Saturday, "09:00", "13:00"),
            ],
        });
        List<long> rooms = [];
        foreach (var room in (string[])["Treatment 1", "Treatment 2", "Surgery"]) rooms.Add((await places.AddRoomAsync(location.Id, new(room))).Id);
        return (location.Id, rooms);
    }

    private async Task AddCredentialsAsync(long keller, long mia, long jonas)
    {
        var today = clock.Today;
        foreach (var (who, number, until) in ((long, string, DateOnly)[])[(keller, "A 40217", today.AddYears(3)), (mia, "T 1188", today.AddDays(40)), (jonas, "T 2043", today.AddYears(2))])
            await credentials.AddAsync(who, new() { Kind = CredentialKind.Licence, Number = number, Issuer = "State board", ValidFrom = until.AddYears(-5), ValidUntil = until });
        // Hers is due soon; his ran out three weeks ago.
        foreach (var (who, trained) in ((long, DateOnly)[])[(keller, today.AddMonths(-4)), (mia, today.AddYears(-1).AddDays(25)), (jonas, today.AddYears(-1).AddDays(-21))])
            await credentials.AddAsync(who, new() { Kind = CredentialKind.BloodbornePathogenTraining, Issuer = "Infection control", ValidFrom = trained, ValidUntil = trained.AddYears(1) });
        await credentials.AddAsync(keller, new() { Kind = CredentialKind.BasicLifeSupport, Issuer = "Red Cross", ValidFrom = today.AddMonths(-14), ValidUntil = today.AddMonths(10) });
    }
}
