using Smp.Runtime.Core.Appointments;
using Smp.Runtime.Core.Patients;
using Smp.Sdk;

namespace Smp.Host.Demo;

/// <summary>Appointments of today and of the week that comes, and who waits for one.</summary>
internal sealed class DemoCalendar(AppointmentDesk desk, PatientDirectory patients, IPlaces places, IStaff staff, IClinicClock clock)
{
    private static readonly (string Time, int Minutes, int Room, string Who, string Title)[] Day =
    [
        ("08:00", 30, 0, "Dr. Ines Keller", "First talk"), ("08:30", 45, 0, "Dr. Ines Keller", "Check of healing"), ("08:15", 150, 1, "Mia Novak", "Pigmentation, first session"),
        ("09:30", 60, 0, "Jonas Berg", "Patch test"), ("11:00", 75, 1, "Mia Novak", "Pigmentation, touch-up"), ("10:45", 30, 0, "Dr. Ines Keller", "First talk"),
        ("13:30", 120, 1, "Jonas Berg", "Pigmentation, second session"), ("14:00", 30, 0, "Dr. Ines Keller", "Reading of a patch test"), ("15:00", 45, 0, "Mia Novak", "Photos and measuring"),
        ("16:00", 90, 1, "Mia Novak", "Pigmentation, third session"), ("16:30", 30, 0, "Dr. Ines Keller", "First talk"),
    ];

    public async Task AddAsync()
    {
        if (await places.ListAsync() is not [{ Id: var location }, ..]) return;
        var rooms = (await places.RoomsOfAsync(location)).OrderBy(r => r.Id).Select(r => r.Id).ToList();
        var people = (await patients.PageAsync(null, null, 200)).Items.OrderBy(p => p.Id).Select(p => p.Id).ToList();
        var team = (await staff.ListAsync()).ToDictionary(s => s.Name, s => s.Id);
        var next = 5;
        for (var offset = 0; offset < 6; offset++)
        {
            var day = clock.Today.AddDays(offset);
            foreach (var (time, minutes, room, who, title) in Day.Where((_, i) => offset == 0 || (i + offset) % 3 != 0))
            {
                try
                {
                    var made = await desk.BookAsync(new AppointmentInput
                    {
                        PatientId = people[next++ % people.Count], Title = title, LocationId = location, RoomId = rooms[room], Day = day, Time = time, Minutes = minutes, PerformedBy = team[who],
                        Status = next % 7 == 0 ? AppointmentStatus.Pending : AppointmentStatus.Booked,
                    });
                    if (offset == 0) await ReceiveAsync(made);
                }
                catch (RefusedException)
                {
                    // Closed on that day, or taken by what another sample booked: the calendar of a clinic has gaps.
                }
            }
        }

        foreach (var (title, minutes) in ((string, int)[])[("First talk", 30), ("Pigmentation, first session", 150)])
            await desk.WaitAsync(new() { PatientId = people[next++ % people.Count], Title = title, Minutes = minutes, Note = "Can come at short notice" });
    }

    // What is over by now took place, and who is due has come.
    private async Task ReceiveAsync(Appointment made)
    {
        if (made.Status is not AppointmentStatus.Booked || made.StartsAt > clock.Now.AddMinutes(10)) return;
        if (made.Id % 6 == 0)
        {
            await desk.NoteAsync(made.Id, made.RowVersion, AppointmentAct.NoShow);
            return;
        }

        var here = await desk.NoteAsync(made.Id, made.RowVersion, AppointmentAct.Arrive);
        if (made.EndsAt < clock.Now) await desk.NoteAsync(made.Id, here.RowVersion, AppointmentAct.Fulfil);
    }
}
