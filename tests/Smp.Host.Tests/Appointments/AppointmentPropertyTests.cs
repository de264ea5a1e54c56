using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Smp.Runtime.Core;
using Smp.Runtime.Core.Appointments;
using Smp.Sdk;

namespace Smp.Host.Tests.Appointments;

/// <summary>Whatever is done with appointments, in whatever order: nothing is taken twice, and every status is one that the table of steps leads to.</summary>
public sealed class AppointmentPropertyTests : AppointmentClinic
{
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public async Task Random_days_never_take_a_room_or_a_person_twice(int seed)
    {
        var random = new Random(seed);
        var (done, refused) = await Clinic.RunAsync(async services =>
        {
            var desk = services.GetRequiredService<AppointmentDesk>();
            var (done, refused) = (0, 0);
            List<long> all = [];
            for (var i = 0; i < 250; i++)
            {
                try
                {
                    if (all.Count == 0 || random.Next(3) == 0) all.Add((await desk.BookAsync(Wanted(random))).Id);
                    else await AnythingAsync(desk, all[random.Next(all.Count)], random);
                    done++;
                }
                catch (RefusedException)
                {
                    refused++;
                }
            }

            return (done, refused);
        });

        var (doubles, wrong) = await Clinic.RunAsync(services => services.GetRequiredService<IStore<CorePlugin>>().SnapshotAsync(async db => (
            // Whoever came late may share a time that was given on: that has happened, and is a fact.
            await db.ExecuteScalarAsync<long>("""
                WITH held AS (SELECT a.* FROM appointments a WHERE a.status IN ('Pending', 'Booked')
                    OR (a.status IN ('Arrived', 'CheckedIn') AND NOT EXISTS (SELECT 1 FROM core__appointment_acts d WHERE d.appointment_id = a.id AND d.act = 'NoShow')))
                SELECT count(*) FROM held a JOIN held b ON b.id > a.id AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at
                WHERE a.room_id = b.room_id
                    OR EXISTS (SELECT 1 FROM appointment_staff s JOIN appointment_staff t ON t.staff_id = s.staff_id WHERE s.appointment_id = a.id AND t.appointment_id = b.id)
                """),
            (await db.QueryAsync<(string Act, string Status, string? Was)>("""
                SELECT act, status, lag(status) OVER (PARTITION BY appointment_id ORDER BY id) FROM core__appointment_acts
                """)).Where(d => AppointmentSteps.Find(d.Was is null ? null : Enum.Parse<AppointmentStatus>(d.Was), Enum.Parse<AppointmentAct>(d.Act))?.To != Enum.Parse<AppointmentStatus>(d.Status)).ToList())));

        Assert.That((doubles, wrong), Is.EqualTo((0L, new List<(string, string, string?)>())).Using<(long, List<(string, string, string?)>)>((a, b) => a.Item1 == b.Item1 && a.Item2.SequenceEqual(b.Item2)));
        Assert.That(Math.Min(done, refused), Is.GreaterThan(20), "some of it could be done, and some couldn't");
    }

    private AppointmentInput Wanted(Random random) => new()
    {
        PatientId = random.Next(1, 3), Title = "Talk", Day = new(2026, 3, 5), Minutes = random.Next(1, 8) * 15, Time = $"{random.Next(8, 17):00}:{random.Next(4) * 15:00}", LocationId = Location,
        RoomId = random.Next(3) switch { 0 => RoomA, 1 => RoomB, _ => null }, PerformedBy = random.Next(3) switch { 0 => Keller, 1 => Mia, _ => null },
        Status = random.Next(4) switch { 0 => AppointmentStatus.Proposed, 1 => AppointmentStatus.Pending, _ => AppointmentStatus.Booked },
    };

    private async Task<Appointment> AnythingAsync(AppointmentDesk desk, long id, Random random)
    {
        var version = (await desk.FileAsync(id))!.Appointment.RowVersion;
        return random.Next(8) switch
        {
            0 or 1 => await desk.MoveAsync(id, version, Wanted(random), "Another time"),
            2 => await desk.CancelAsync(id, version, "Ill"),
            3 => await desk.BookAsync(id, version),
            4 => await desk.BookAsync(id, version, Wanted(random)),
            5 => await desk.NoteAsync(id, version, AppointmentAct.Arrive),
            6 => await desk.NoteAsync(id, version, AppointmentAct.TakeBack),
            _ => await desk.NoteAsync(id, version, random.Next(2) == 0 ? AppointmentAct.CheckIn : AppointmentAct.Fulfil),
        };
    }
}
