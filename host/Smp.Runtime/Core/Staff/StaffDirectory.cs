using Dapper;
using Smp.Sdk;

namespace Smp.Runtime.Core.Staff;

/// <summary>The people who work here.</summary>
internal sealed class StaffDirectory(IStore<CorePlugin> store) : IStaff
{
    public Task<StaffMember?> FindAsync(IUnitOfWork unit, long id, CancellationToken token = default) => store.Join(unit)
        .QuerySingleOrDefaultAsync<StaffMember>("SELECT id, name, role, active FROM staff WHERE id = @id", new { id });

    public async Task<IReadOnlyList<StaffMember>> ListAsync(CancellationToken token = default) =>
        (await store.ReadAsync(connection => connection.QueryAsync<StaffMember>(
            "SELECT id, name, role, active FROM staff WHERE active = 1 ORDER BY name COLLATE NOCASE, id"), token)).AsList();
}
