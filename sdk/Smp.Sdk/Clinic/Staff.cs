namespace Smp.Sdk;

/// <summary>What a member of staff is in the clinic. Permissions are given to roles.</summary>
public enum Role
{
    /// <summary>Runs the system: users, modules, settings.</summary>
    Administrator,

    /// <summary>A licensed physician.</summary>
    Physician,

    /// <summary>A practitioner who treats: SMP artists and hair technicians.</summary>
    Technician,

    /// <summary>Front desk and coordination.</summary>
    Coordinator,

    /// <summary>Reads everything, changes nothing.</summary>
    Auditor,
}

/// <summary>A member of staff.</summary>
/// <param name="Id">Key in the contract table <c>staff</c>.</param>
/// <param name="Name">As shown.</param>
/// <param name="Role">What they are in the clinic.</param>
/// <param name="Active">Whether they work here now; those who left stay, for the record.</param>
public sealed record StaffMember(long Id, string Name, Role Role, bool Active);

/// <summary>The people who work here.</summary>
public interface IStaff
{
    /// <summary>A member of staff, or null.</summary>
    Task<StaffMember?> FindAsync(IUnitOfWork unit, long id, CancellationToken token = default);

    /// <summary>All who work here now, by name.</summary>
    Task<IReadOnlyList<StaffMember>> ListAsync(CancellationToken token = default);
}
