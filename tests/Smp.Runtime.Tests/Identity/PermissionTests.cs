using Smp.Runtime.Identity;
using Smp.Sdk;

namespace Smp.Runtime.Tests.Identity;

public sealed class PermissionTests : ClinicTests
{
    [Test]
    public async Task Roles_have_what_is_proposed()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await OfAsync(Role.Technician), Does.Contain("needles.receive").And.Contain(CorePermissions.PatientsEdit));
            Assert.That(await OfAsync(Role.Technician), Does.Not.Contain(CorePermissions.UsersManage));
            Assert.That(await OfAsync(Role.Administrator), Does.Contain("needles.receive").And.Contain(CorePermissions.PatientsView));
            Assert.That(await OfAsync(Role.Administrator), Does.Not.Contain(CorePermissions.IncidentsReview).And.Not.Contain(CorePermissions.PatientsEdit));
            Assert.That(await OfAsync(Role.Auditor), Does.Contain(CorePermissions.PatientsView).And.Not.Contain(CorePermissions.PatientsEdit));
        }
    }

    [Test]
    public async Task What_the_clinic_changes_counts_at_once_and_can_be_changed_back()
    {
        Assert.That(await OfAsync(Role.Auditor), Does.Not.Contain("needles.receive"));
        await SetAsync(Role.Auditor, "needles.receive", true);
        Assert.That(await OfAsync(Role.Auditor), Does.Contain("needles.receive"));
        await SetAsync(Role.Auditor, "needles.receive", false);
        Assert.That(await OfAsync(Role.Auditor), Does.Not.Contain("needles.receive"));
        await SetAsync(Role.Technician, "needles.receive", false);
        Assert.That(await OfAsync(Role.Technician), Does.Not.Contain("needles.receive"));
        Assert.That(await Clinic.ScalarAsync<long>("SELECT count(*) FROM core__role_permissions"), Is.EqualTo(1), "what is as proposed needs no row");
    }

    [Test]
    public async Task Administrators_keep_what_gives_everything_else_back(
        [Values(CorePermissions.UsersManage, CorePermissions.ModulesManage, CorePermissions.SettingsManage)] string permission) =>
        Assert.That((await RefusedAsync(() => SetAsync(Role.Administrator, permission, false))).Kind, Is.EqualTo(RefusalKind.Refused));

    [Test]
    public async Task A_permission_that_does_not_exist_cannot_be_given() =>
        Assert.That((await RefusedAsync(() => SetAsync(Role.Auditor, "needles.recieve", true))).Message, Does.Contain("needles.recieve"));

    [Test]
    public void A_permission_declared_twice_is_refused_by_name() => Assert.That(
        () => new PermissionCatalog([Clinic.NeedlesReceive, Clinic.NeedlesReceive with { Plugin = "acme.other" }]),
        Throws.ArgumentException.With.Message.Contains("needles.receive").And.Message.Contains("acme.other"));

    private Task<IReadOnlySet<string>> OfAsync(Role role) => Clinic.UseAsync((RolePermissions roles) => roles.OfAsync(role).AsTask());

    private Task SetAsync(Role role, string permission, bool granted) =>
        Clinic.UseAsync((RolePermissions roles) => roles.SetAsync(role, permission, granted));
}
