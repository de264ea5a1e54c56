using System.Data.Common;
using Smp.Sdk;

namespace Smp.Runtime.Core.Appointments;

/// <summary>What becomes of an appointment when its procedure goes on by itself: facts, which nothing refuses.</summary>
internal static class AppointmentFollower
{
    /// <summary>Sets the appointment of a procedure, if it has one that isn't over, to where the procedure has come.</summary>
    public static async Task FollowAsync(
        IUnitOfWork unit, DbConnection db, Procedure procedure, AppointmentAct act, AppointmentStatus status, string? reason, CancellationToken token)
    {
        if (procedure.AppointmentId is not { } id || await AppointmentRows.FindAsync(db, id) is not { } was || was.Status == status) return;
        if (was.Status is AppointmentStatus.Fulfilled or AppointmentStatus.Cancelled or AppointmentStatus.EnteredInError) return;
        var becomes = await AppointmentRows.UpdateAsync(db, was, was with { Status = status, ChangedAt = unit.Now });
        await AppointmentRows.KeepAsync(unit, db, becomes, act, reason);
        await unit.PublishAsync(new AppointmentChanged(becomes, was), token);
    }
}
