using Smp.Sdk;

namespace Smp.Runtime.Tests.Identity;

/// <summary>Each test has a clinic of its own.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public abstract class ClinicTests
{
    private protected Clinic Clinic { get; private set; } = null!;

    [SetUp]
    public async Task OpenClinicAsync() => Clinic = await Clinic.OpenAsync();

    [TearDown]
    public async Task CloseClinicAsync() => await Clinic.DisposeAsync();

    /// <summary>That something is refused; gives the refusal.</summary>
    private protected static async Task<RefusedException> RefusedAsync(Func<Task> act) =>
        (await Assert.ThrowsAsync<RefusedException>(() => act()))!;
}
