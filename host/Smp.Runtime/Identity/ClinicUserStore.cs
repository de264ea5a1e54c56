using System.Globalization;
using Dapper;
using Microsoft.AspNetCore.Identity;
using Smp.Runtime.Core;
using Smp.Sdk;

namespace Smp.Runtime.Identity;

/// <summary>
/// Where ASP.NET Core Identity finds users when it signs somebody in and checks that a session may go on. It finds those who work here
/// now. Users are written by <see cref="Users"/> and <see cref="SignIn"/> alone, because Identity reads a user, thinks, and writes all of
/// it back: with two requests at once, wrong attempts would go uncounted.
/// </summary>
internal sealed class ClinicUserStore(IStore<CorePlugin> store) : IUserSecurityStampStore<ClinicUser>
{
    public void Dispose()
    {
    }

    public async Task<ClinicUser?> FindByIdAsync(string userId, CancellationToken cancellationToken) =>
        long.TryParse(userId, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? await store.ReadAsync(db => db.QuerySingleOrDefaultAsync<ClinicUser>(
                $"{ClinicUser.Select} WHERE u.id = @id AND s.active = 1", new { id }), cancellationToken)
            : null;

    public Task<ClinicUser?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) =>
        store.ReadAsync(db => db.QuerySingleOrDefaultAsync<ClinicUser>(
            $"{ClinicUser.Select} WHERE u.normalized_name = @normalizedUserName AND s.active = 1", new { normalizedUserName }), cancellationToken);

    public Task<string> GetUserIdAsync(ClinicUser user, CancellationToken cancellationToken) =>
        Task.FromResult(user.Id.ToString(CultureInfo.InvariantCulture));

    public Task<string?> GetUserNameAsync(ClinicUser user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.UserName);

    public Task<string?> GetNormalizedUserNameAsync(ClinicUser user, CancellationToken cancellationToken) =>
        Task.FromResult<string?>(user.NormalizedName);

    public Task<string?> GetSecurityStampAsync(ClinicUser user, CancellationToken cancellationToken) =>
        Task.FromResult<string?>(user.SecurityStamp);

    public Task<IdentityResult> CreateAsync(ClinicUser user, CancellationToken cancellationToken) => throw ReadOnly();

    public Task<IdentityResult> UpdateAsync(ClinicUser user, CancellationToken cancellationToken) => throw ReadOnly();

    public Task<IdentityResult> DeleteAsync(ClinicUser user, CancellationToken cancellationToken) => throw ReadOnly();

    public Task SetUserNameAsync(ClinicUser user, string? userName, CancellationToken cancellationToken) => throw ReadOnly();

    public Task SetNormalizedUserNameAsync(ClinicUser user, string? normalizedName, CancellationToken cancellationToken) => throw ReadOnly();

    public Task SetSecurityStampAsync(ClinicUser user, string stamp, CancellationToken cancellationToken) => throw ReadOnly();

    private static NotSupportedException ReadOnly() => new($"Users are changed through {nameof(Users)}.");
}
