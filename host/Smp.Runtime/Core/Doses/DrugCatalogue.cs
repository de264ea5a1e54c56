using System.Data.Common;
using Dapper;
using Smp.Sdk;

namespace Smp.Runtime.Core.Doses;

/// <summary>One limit of a drug, as somebody enters it.</summary>
/// <param name="WithAdrenaline">Whether it is for solutions with adrenaline.</param>
/// <param name="MicrogramsPerKilogram">4,500 is 4.5 mg/kg; up to 100,000.</param>
/// <param name="MaximumMicrograms">300,000 is 300 mg; up to 100,000,000.</param>
/// <param name="Source">Where it stands; needed for a drug of the clinic's own, and that of the program for a known one.</param>
public sealed record DrugLimitInput(bool WithAdrenaline, long? MicrogramsPerKilogram, long? MaximumMicrograms, string? Source = null);

/// <summary>A drug, as somebody enters it.</summary>
public sealed record DrugInput
{
    /// <summary>Its international name; 1 to 100 characters. That of a known drug can't be changed.</summary>
    public string? Name { get; init; }

    /// <summary>What kind of drug it is. That of a known drug can't be changed.</summary>
    public DrugClass? Class { get; init; }

    /// <summary>Whether it sedates. Default: whether it is a sedative.</summary>
    public bool? Sedating { get; init; }

    /// <summary>Whether the clinic uses it. Default true.</summary>
    public bool? Active { get; init; }

    /// <summary>Its limits: one plain, one with adrenaline, at most. A known drug keeps the limits that are left out.</summary>
    public IReadOnlyList<DrugLimitInput>? Limits { get; init; }
}

/// <summary>The drugs of the clinic, with their limits. What came with the program can be made stricter, never laxer.</summary>
public sealed class DrugCatalogue(IStore<CorePlugin> store)
{
    private const string Columns = "d.id, d.name, d.class, d.sedating, d.known, d.active, d.row_version FROM core__drugs d";

    /// <summary>All drugs, those in use first, by name.</summary>
    public Task<IReadOnlyList<Drug>> ListAsync(bool activeOnly, CancellationToken token = default) => store.SnapshotAsync<IReadOnlyList<Drug>>(async db =>
    {
        var drugs = await db.QueryAsync<Drug>($"SELECT {Columns} WHERE d.active OR NOT @activeOnly ORDER BY 1 - d.active, d.name, d.id", new { activeOnly });
        var limits = (await LimitsAsync(db, null)).ToLookup(l => l.DrugId, l => l.Limit());
        return [.. drugs.Select(d => d with { Limits = [.. limits[d.Id]] })];
    }, token);

    /// <summary>A drug, or null.</summary>
    public Task<Drug?> FindAsync(long id, CancellationToken token = default) => store.SnapshotAsync(db => FindAsync(db, id), token);

    /// <summary>What the program's sources allow of a known drug; empty for one of the clinic's own.</summary>
    public Task<IReadOnlyList<DrugLimit>> SourcesAsync(long id, CancellationToken token = default) => store.ReadAsync<IReadOnlyList<DrugLimit>>(async db =>
        [.. (await db.QueryAsync<LimitRow>("""
            SELECT drug_id, with_adrenaline, source_micrograms_per_kilogram AS micrograms_per_kilogram,
                source_maximum_micrograms AS maximum_micrograms, maximum_excluded, source
            FROM core__drug_limits WHERE drug_id = @id ORDER BY with_adrenaline
            """, new { id })).Select(l => l.Limit())], token);

    /// <summary>Adds a drug of the clinic's own.</summary>
    /// <exception cref="RefusedException">A field needs another look, or there is a drug of this name.</exception>
    public Task<Drug> AddAsync(DrugInput input, CancellationToken token = default) => store.WriteAsync(new("Added a drug"), async unit =>
    {
        var checks = new Checks();
        var name = checks.Require(input.Name, "name", 100);
        checks.That(input.Class is not null, "class", $"Say what kind of drug it is.");
        var limits = CheckLimits(checks, input.Limits ?? []);
        foreach (var limit in limits)
            checks.That(limit.Source is not null, Field(limit, "source"), $"Name where this limit stands. Without a source it is no limit.");
        await RefuseTakenAsync(unit.Connection, checks, name, except: 0);
        checks.Throw();

        var id = await unit.Connection.ExecuteScalarAsync<long>("""
            INSERT INTO core__drugs (name, class, sedating, active) VALUES (@name, @kind, @sedating, @active) RETURNING id
            """, new { name, kind = input.Class.ToString(), sedating = input.Sedating ?? input.Class == DrugClass.Sedative, active = input.Active ?? true });
        await PutOwnLimitsAsync(unit.Connection, id, limits);
        return (await FindAsync(unit.Connection, id))!;
    }, token);

    /// <summary>Changes a drug. Of a known one: whether it is in use, whether it sedates, and stricter limits.</summary>
    /// <exception cref="RefusedException">A limit is laxer than the source, a field needs another look, no such drug, or somebody changed it meanwhile.</exception>
    public Task<Drug> ChangeAsync(long id, long rowVersion, DrugInput input, CancellationToken token = default) =>
        store.WriteAsync(new("Changed a drug"), async unit =>
        {
            var db = unit.Connection;
            var before = await FindAsync(db, id) ?? throw Refuse.Missing($"There is no drug {id}.");
            if (before.RowVersion != rowVersion)
                throw Refuse.Stale($"{before.Name} was changed by somebody else after you opened it. Load it again, and make your change there.");
            var checks = new Checks();
            var name = before.Known ? before.Name : checks.Require(input.Name, "name", 100);
            var kind = before.Known ? before.Class : input.Class ?? before.Class;
            var limits = CheckLimits(checks, input.Limits ?? []);
            if (before.Known) await CheckStricterAsync(db, checks, id, limits);
            else foreach (var limit in limits) checks.That(limit.Source is not null, Field(limit, "source"), $"Name where this limit stands. Without a source it is no limit.");
            await RefuseTakenAsync(db, checks, name, id);
            checks.Throw();

            await db.ExecuteAsync("""
                UPDATE core__drugs SET name = @name, class = @kind, sedating = @sedating, active = @active, row_version = row_version + 1 WHERE id = @id
                """, new { id, name, kind = kind.ToString(), sedating = before.Known ? before.Sedating : input.Sedating ?? before.Sedating, active = input.Active ?? before.Active });
            if (before.Known)
            {
                foreach (var limit in limits)
                {
                    await db.ExecuteAsync("""
                        UPDATE core__drug_limits SET
                            micrograms_per_kilogram = coalesce(@MicrogramsPerKilogram, source_micrograms_per_kilogram),
                            maximum_micrograms = coalesce(@MaximumMicrograms, source_maximum_micrograms)
                        WHERE drug_id = @id AND with_adrenaline = @WithAdrenaline
                        """, new { id, limit.WithAdrenaline, limit.MicrogramsPerKilogram, limit.MaximumMicrograms });
                }
            }
            else if (input.Limits is not null)
            {
                await db.ExecuteAsync("DELETE FROM core__drug_limits WHERE drug_id = @id", new { id });
                await PutOwnLimitsAsync(db, id, limits);
            }

            return (await FindAsync(db, id))!;
        }, token);

    internal static async Task<Drug?> FindAsync(DbConnection db, long id)
    {
        var drug = await db.QuerySingleOrDefaultAsync<Drug>($"SELECT {Columns} WHERE d.id = @id", new { id });
        return drug is null ? null : drug with { Limits = [.. (await LimitsAsync(db, id)).Select(l => l.Limit())] };
    }

    private static Task<IEnumerable<LimitRow>> LimitsAsync(DbConnection db, long? id) => db.QueryAsync<LimitRow>("""
        SELECT drug_id, with_adrenaline, micrograms_per_kilogram, maximum_micrograms, maximum_excluded, source
        FROM core__drug_limits WHERE @id IS NULL OR drug_id = @id ORDER BY with_adrenaline
        """, new { id });

    private static IReadOnlyList<DrugLimitInput> CheckLimits(Checks checks, IReadOnlyList<DrugLimitInput> limits)
    {
        checks.That(limits.All(l => l is not null), "limits", $"This is needed.");
        if (!checks.Passed) return [];
        checks.That(limits.Select(l => l.WithAdrenaline).Distinct().Count() == limits.Count, "limits", $"One limit plain and one with adrenaline, at most.");
        foreach (var limit in limits)
        {
            checks.That(limit.MicrogramsPerKilogram is null or (> 0 and <= 100_000), Field(limit, "microgramsPerKilogram"), $"A limit by weight is more than 0 and at most 100 mg/kg.");
            checks.That(limit.MaximumMicrograms is null or (> 0 and <= 100_000_000), Field(limit, "maximumMicrograms"), $"A maximum is more than 0 and at most 100,000 mg.");
        }

        return [.. limits.Where(l => l.MicrogramsPerKilogram is not null || l.MaximumMicrograms is not null)
            .Select(l => l with { Source = checks.Optional(l.Source, Field(l, "source"), 500) })];
    }

    private static async Task CheckStricterAsync(DbConnection db, Checks checks, long id, IReadOnlyList<DrugLimitInput> limits)
    {
        var sources = (await db.QueryAsync<(bool WithAdrenaline, long? PerKilogram, long? Maximum)>("""
            SELECT with_adrenaline, source_micrograms_per_kilogram, source_maximum_micrograms FROM core__drug_limits WHERE drug_id = @id
            """, new { id })).ToDictionary(s => s.WithAdrenaline);
        foreach (var limit in limits)
        {
            if (!sources.TryGetValue(limit.WithAdrenaline, out var source))
            {
                checks.Add(Field(limit, "maximumMicrograms"), $"The program has no source for this limit. Add a drug of your own, with its source.");
                continue;
            }

            checks.That(!(limit.MicrogramsPerKilogram > source.PerKilogram), Field(limit, "microgramsPerKilogram"),
                $"The source allows {source.PerKilogram / 1000m} mg/kg. A limit can be made stricter, not laxer.");
            checks.That(!(limit.MaximumMicrograms > source.Maximum), Field(limit, "maximumMicrograms"),
                $"The source allows {source.Maximum / 1000m} mg. A limit can be made stricter, not laxer.");
        }
    }

    private static async Task PutOwnLimitsAsync(DbConnection db, long id, IReadOnlyList<DrugLimitInput> limits)
    {
        foreach (var limit in limits)
        {
            await db.ExecuteAsync("""
                INSERT INTO core__drug_limits
                    (drug_id, with_adrenaline, source, source_micrograms_per_kilogram, source_maximum_micrograms, maximum_excluded,
                     micrograms_per_kilogram, maximum_micrograms)
                VALUES (@id, @WithAdrenaline, @Source, @MicrogramsPerKilogram, @MaximumMicrograms, 0, @MicrogramsPerKilogram, @MaximumMicrograms)
                """, new { id, limit.WithAdrenaline, limit.Source, limit.MicrogramsPerKilogram, limit.MaximumMicrograms });
        }
    }

    private static async Task RefuseTakenAsync(DbConnection db, Checks checks, string name, long except)
    {
        var taken = await db.ExecuteScalarAsync<bool>("SELECT EXISTS (SELECT 1 FROM core__drugs WHERE name = @name AND id <> @except)", new { name, except });
        checks.That(!taken, "name", $"There is a drug of this name already.");
    }

    private static string Field(DrugLimitInput limit, string name) => (limit.WithAdrenaline ? "adrenaline." : "plain.") + name;

    private sealed record LimitRow
    {
        public required long DrugId { get; init; }

        public required bool WithAdrenaline { get; init; }

        public long? MicrogramsPerKilogram { get; init; }

        public long? MaximumMicrograms { get; init; }

        public required bool MaximumExcluded { get; init; }

        public required string Source { get; init; }

        public DrugLimit Limit() => new(WithAdrenaline, MicrogramsPerKilogram, MaximumMicrograms, MaximumExcluded, Source);
    }
}
