using Smp.Runtime.Backups;
using Smp.Runtime.Identity;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Host.Api;

/// <summary>Backups: made and listed. They are checked and restored on the machine itself, by the command line.</summary>
internal static class BackupRoutes
{
    /// <summary>A backup to be made.</summary>
    /// <param name="Folder">Where to, a full path; the clinic's own folder when left out. Only the command line on the machine itself chooses one.</param>
    /// <param name="Passphrase">To encrypt it with, 12 to 1,000 characters; left out, it isn't encrypted.</param>
    public sealed record NewBackup(string? Folder, string? Passphrase)
    {
        /// <summary>Without the passphrase: what is printed ends up in logs.</summary>
        public override string ToString() => $"(a backup to {Folder ?? "the clinic's folder"})";
    }

    public static IEndpointRouteBuilder MapBackups(this IEndpointRouteBuilder routes)
    {
        var backups = routes.MapGroup("/api/backups").WithTags("backups");
        backups.MapGet("", (ClinicBackups book) => TypedResults.Ok(book.List()))
            .Demand(CorePermissions.BackupsManage).WithName("backups.list").WithSummary("The backups in the clinic's folder, newest first; those that aren't whole say so.");

        backups.MapPost("", async (ClinicBackups book, ICurrentActor actor, NewBackup backup, CancellationToken token) =>
            {
                // Whoever is elsewhere has no business with this machine's other folders.
                if (backup.Folder is not null && actor.Actor.Kind != ActorKind.CommandLine)
                    throw Refuse.Forbidden($"Only the command line on the clinic's own machine chooses another folder.");
                return TypedResults.Ok(await book.CreateAsync(backup.Folder, backup.Passphrase, token));
            })
            .Demand(CorePermissions.BackupsManage).WithName("backups.add")
            .WithSummary("Makes a backup, and answers when it is whole. Warnings name files that are missing in the data folder.")
            .ProducesProblem(403).ProducesProblem(409).ProducesProblem(422);
        return routes;
    }
}
