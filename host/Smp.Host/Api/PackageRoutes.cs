using Microsoft.AspNetCore.Mvc;
using Smp.Runtime.Identity;
using Smp.Runtime.Packages;
using Smp.Runtime.Store;
using Smp.Sdk.Web;

namespace Smp.Host.Api;

/// <summary>Installing modules' versions, and removing them.</summary>
internal static class PackageRoutes
{
    /// <summary>A file of an installed version.</summary>
    public sealed record PackageFile(string Path, string Sha256, long Bytes);

    /// <summary>A version that is installed.</summary>
    /// <param name="Id">The module's id.</param>
    /// <param name="Version">The version.</param>
    /// <param name="Source">Whether it came as a package or a folder, or was put there by hand.</param>
    /// <param name="Sha256">Of the package; null for a folder.</param>
    /// <param name="InstalledBy">Who installed it.</param>
    /// <param name="InstalledAt">When, in UTC.</param>
    /// <param name="Files">Its files as they were then.</param>
    public sealed record InstalledPackage(string Id, string Version, PackageSource Source, string? Sha256, string InstalledBy, DateTimeOffset InstalledAt, PackageFile[] Files);

    /// <summary>What came of an installation.</summary>
    /// <param name="Id">The module's id.</param>
    /// <param name="Version">The version.</param>
    /// <param name="Name">The module's name.</param>
    /// <param name="Sha256">Of the package; null for a folder.</param>
    /// <param name="Files">How many files it has.</param>
    /// <param name="Bytes">Of all files together.</param>
    /// <param name="AlreadyInstalled">Whether the very same was there already, and nothing was changed.</param>
    public sealed record Installation(string Id, string Version, string Name, string? Sha256, int Files, long Bytes, bool AlreadyInstalled);

    /// <summary>A version that was removed.</summary>
    /// <param name="Id">The module's id.</param>
    /// <param name="Version">The version.</param>
    /// <param name="FilesGone">Whether its files went at once; else they are held, and go when the clinic starts the next time.</param>
    public sealed record Removal(string Id, string Version, bool FilesGone);

    /// <summary>What is to be purged.</summary>
    public sealed record PurgeOrder
    {
        /// <summary>The module's id once more: nothing goes unless it is the one in the address.</summary>
        public string? Purge { get; init; }

        /// <summary>The fingerprint of the plan that was agreed to; when given, nothing else is done.</summary>
        public string? Accept { get; init; }

        /// <summary>Why, for the history and the audit trail. At most 500 characters.</summary>
        public string? Reason { get; init; }
    }

    /// <summary>A module that was removed with its records.</summary>
    /// <param name="Id">The module's id.</param>
    /// <param name="Backup">The backup that was made before.</param>
    /// <param name="Tables">The tables that went, with the rows that they had.</param>
    /// <param name="Versions">The versions whose files went; none of those that come with the host.</param>
    public sealed record Purged(string Id, string Backup, TableRows[] Tables, Removal[] Versions);

    public static IEndpointRouteBuilder MapPackages(this IEndpointRouteBuilder routes)
    {
        var plugins = routes.MapGroup("/api/plugins").WithTags("modules");
        plugins.MapGet("packages", async (Packages packages, CancellationToken token) => TypedResults.Ok((await packages.ListAsync(token)).Select(Of).ToArray()))
            .Demand(CorePermissions.ModulesManage).WithName("packages.list").WithSummary("The versions that the clinic installed, with the hash of every file.");
        plugins.MapPost("packages", async (Packages packages, HttpContext context, bool? folder, CancellationToken token) =>
            {
                var package = await packages.ReceiveAsync(context.Request.Body, folder == true ? PackageSource.Folder : PackageSource.Package, token);
                return TypedResults.Ok(Of(await packages.InstallAsync(package.Ticket, token)));
            })
            .Demand(CorePermissions.ModulesManage).WithName("packages.install").WithMetadata(new RequestSizeLimitAttribute(Packages.MostBytes))
            .Accepts<Stream>("application/octet-stream")
            .WithSummary("Installs a version of a module from a package (.nupkg), the body. A new module is off until it is turned on. 'folder=true' says that the package was made of a folder just now.")
            .ProducesProblem(409).ProducesProblem(413).ProducesProblem(422);
        plugins.MapDelete("{id}/versions/{version}", async (Packages packages, string id, string version, CancellationToken token) =>
                TypedResults.Ok((await packages.RemoveAsync(id, version, token)).Select(Of).ToArray()))
            .Demand(CorePermissions.ModulesManage).WithName("packages.remove").WithSummary("Removes a version that the clinic installed. The module's records stay.")
            .ProducesProblem(404).ProducesProblem(409);
        plugins.MapDelete("{id}", async (Packages packages, string id, CancellationToken token) =>
                TypedResults.Ok((await packages.RemoveAsync(id, null, token)).Select(Of).ToArray()))
            .Demand(CorePermissions.ModulesManage).WithName("packages.removeAll").WithSummary("Removes every version of a module that the clinic installed. The module's records stay.")
            .ProducesProblem(404).ProducesProblem(409);
        plugins.MapPost("{id}/purge", async (Packages packages, string id, PurgeOrder? order, CancellationToken token) =>
                TypedResults.Ok(Of(await packages.PurgeAsync(id, order?.Purge, order?.Accept, order?.Reason, token))))
            .Demand(CorePermissions.ModulesManage).WithName("packages.purge")
            .WithSummary("Removes a module that is off with every version that the clinic installed and all its records, after a backup. Also what a module that was removed before has left. Timelines, the module's history and the audit trail stay.")
            .ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(422);
        return routes;
    }

    private static Purged Of(PurgedModule p) => new(p.Plugin, p.Backup, [.. p.Tables], [.. p.Versions.Select(Of)]);

    private static InstalledPackage Of(PackageRecord p) =>
        new(p.Plugin, p.Version, p.Source, p.Sha256, p.InstalledBy, p.InstalledAt, [.. p.Files.Select(f => new PackageFile(f.Path, f.Sha256, f.Bytes))]);

    private static Installation Of(StagedPackage p) => new(p.Manifest.Id, p.Version, p.Manifest.Name, p.Sha256, p.Files.Count, p.Bytes, p.IsInstalled);

    private static Removal Of(RemovedVersion r) => new(r.Plugin, r.Version, r.FilesGone);
}
