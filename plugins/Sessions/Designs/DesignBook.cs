using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dapper;
using Smp.Sdk;
using Smp.Sessions.Plans;

namespace Smp.Sessions.Designs;

/// <summary>What a client was shown and signed: zones, hairline and shades, as they were then.</summary>
public sealed record Design
{
    /// <summary>Key.</summary>
    public required long Id { get; init; }

    /// <summary>Of which plan.</summary>
    public required long PlanId { get; init; }

    /// <summary>Which version of the plan's design; the plan's own where it is still the one that holds.</summary>
    public required int DesignVersion { get; init; }

    /// <summary>What was signed, as JSON.</summary>
    public required string Content { get; init; }

    /// <summary>SHA-256 of it.</summary>
    public required string Sha256 { get; init; }

    /// <summary>What else was agreed.</summary>
    public string? Note { get; init; }

    /// <summary>Who signed, in print.</summary>
    public required string SignedName { get; init; }

    /// <summary>The file with the strokes, where it was drawn; null where the name was typed.</summary>
    public string? StrokesSha256 { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset SignedAt { get; init; }

    /// <summary>Who was there.</summary>
    public required string Actor { get; init; }
}

/// <summary>A design that a client signs.</summary>
/// <param name="DesignVersion">The version that they were shown.</param>
/// <param name="SignedName">Their name in print; 1 to 200 characters.</param>
/// <param name="Strokes">What they drew, as <see cref="Sdk.Strokes"/> says; the printed name counts as typed where it is null.</param>
/// <param name="Note">What else was agreed; at most 500 characters.</param>
public sealed record DesignInput(int? DesignVersion, string? SignedName, string? Strokes = null, string? Note = null);

/// <summary>Designs, signed by the client before the first needle.</summary>
public sealed class DesignBook(IStore<SessionsPlugin> store, IFiles files, ITimeline timeline)
{
    private const string Columns = "id, plan_id, design_version, content, sha256, note, signed_name, strokes_sha256, signed_at, actor FROM sessions__designs";

    /// <summary>The signed designs of a plan, the latest first; at most 50.</summary>
    public async Task<IReadOnlyList<Design>> OfPlanAsync(long planId, CancellationToken token = default) =>
        (await store.ReadAsync(db => db.QueryAsync<Design>($"SELECT {Columns} WHERE plan_id = @planId ORDER BY id DESC LIMIT 50", new { planId }), token)).AsList();

    /// <summary>The version of the design that was signed last; null where none was.</summary>
    internal static Task<int?> SignedVersionAsync(DbConnection db, long planId) =>
        db.ExecuteScalarAsync<int?>("SELECT max(design_version) FROM sessions__designs WHERE plan_id = @planId", new { planId });

    /// <summary>Records that the client signed the design as it is now.</summary>
    /// <exception cref="RefusedException">No name, the drawing can't be read, no such plan, or the plan was changed since the client was shown it.</exception>
    public async Task<Design> SignAsync(long planId, DesignInput input, CancellationToken token = default)
    {
        var checks = new Checks();
        var name = checks.Require(input.SignedName, "signedName", 200);
        var note = checks.Optional(input.Note, "note", 500);
        checks.That(input.DesignVersion is not null, "designVersion", $"Say which version was signed.");
        var strokes = Read(checks, input.Strokes);
        checks.Throw();
        StoredFile? drawn = null;
        if (strokes is not null)
        {
            using var content = new MemoryStream(Encoding.UTF8.GetBytes(strokes.ToJson()));
            drawn = await files.PutAsync(content, "application/json", Strokes.MaxJson, token);
        }

        return await store.WriteAsync(new("The client signed a design"), async unit =>
        {
            var db = unit.Connection;
            var plan = await PlanRows.RequireAsync(db, planId);
            if (plan.DesignVersion != input.DesignVersion) throw Refuse.Stale($"The plan was changed since the client was shown it. Show it again, and let them sign what it is now.");
            if (drawn is not null) await files.RecordAsync(unit, drawn);
            var content = ContentOf(plan);
            var id = await db.ExecuteScalarAsync<long>("""
                INSERT INTO sessions__designs (plan_id, patient_id, design_version, content, sha256, note, signed_name, strokes_sha256, signed_at, actor)
                VALUES (@planId, @PatientId, @DesignVersion, @content, @hash, @note, @name, @strokes, @Now, @Name) RETURNING id
                """, new { planId, plan.PatientId, plan.DesignVersion, content, hash = Hash(content), note, name, strokes = drawn?.Sha256, unit.Now, unit.Actor.Name });
            await timeline.WriteAsync(unit, new(plan.PatientId, unit.Now, "signature", $"SMP design signed by {name}", Links.Plan(planId)), token);
            return await db.QuerySingleAsync<Design>($"SELECT {Columns} WHERE id = @id", new { id });
        }, token);
    }

    /// <summary>The strokes of a signature; null where it was typed.</summary>
    public async Task<Strokes?> StrokesAsync(Design design, CancellationToken token = default)
    {
        if (design.StrokesSha256 is not { } file) return null;
        await using var stream = await files.OpenReadAsync(file, token);
        using var reader = new StreamReader(stream);
        return Strokes.Parse(await reader.ReadToEndAsync(token));
    }

    /// <summary>What is signed: the same plan always gives the same text.</summary>
    internal static string ContentOf(TreatmentPlan plan) => JsonSerializer.Serialize(new
    {
        indication = plan.Indication.ToString(),
        hairline = plan.Hairline?.ToString(),
        zones = plan.Zones.OrderBy(z => z.Zone).Select(z => new { zone = z.Zone.ToString(), z.DensityPercent }),
        pigments = plan.Pigments.Select(p => p.Name).Order(StringComparer.Ordinal),
    });

    private static string Hash(string content) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)));

    private static Strokes? Read(Checks checks, string? json)
    {
        if (string.IsNullOrWhiteSpace(json)) return null;
        try
        {
            var strokes = Strokes.Parse(json);
            checks.That(!strokes.IsBlank, "strokes", $"There is only a dot on the pad. Sign there, or leave it out and type the name.");
            return strokes;
        }
        catch (FormatException error)
        {
            checks.Add("strokes", $"What was drawn can't be read: {error.Message}");
            return null;
        }
    }
}
