using System.Data.Common;
using System.Text.Json;
using Dapper;
using Smp.Sdk;

namespace Smp.Consents.Templates;

/// <summary>The clinic's forms and their versions: drafted, published, retired.</summary>
internal sealed class TemplateBook(IStore<ConsentsPlugin> store, ISearch search, IClinic clinic)
{
    private const string Versions = """
        SELECT id, template_id, number, state, cooling_off_days, expires_months, minors, signatures AS signature_list, material_change, change_note, row_version, created_by, created_at,
            published_by, published_at, retired_at FROM consents__versions
        """;

    private const string Templates = """
        SELECT t.id, t.shipped, t.title, t.kind, p.id AS published_id, p.number AS published_number, d.id AS draft_id, t.row_version,
            (SELECT count(*) FROM consents__records r WHERE r.template_id = t.id AND r.state = 'Active') AS in_force
        FROM consents__templates t LEFT JOIN consents__versions p ON p.template_id = t.id AND p.state = 'Published'
        LEFT JOIN consents__versions d ON d.template_id = t.id AND d.state = 'Draft'
        """;

    /// <summary>Every form: those that are presented first, by kind and title.</summary>
    public Task<IReadOnlyList<ConsentTemplate>> ListAsync(CancellationToken token = default) => store.SnapshotAsync(async db =>
    {
        var needed = (await db.QueryAsync<(long Id, string Procedure)>("SELECT template_id, procedure FROM consents__template_procedures ORDER BY procedure")).ToLookup(n => n.Id, n => n.Procedure);
        var templates = await db.QueryAsync<ConsentTemplate>($"{Templates} ORDER BY p.id IS NULL, t.kind, t.title COLLATE NOCASE, t.id");
        return (IReadOnlyList<ConsentTemplate>)[.. templates.Select(t => t with { Procedures = [.. needed[t.Id]] })];
    }, token);

    /// <summary>A form, or null.</summary>
    public Task<ConsentTemplate?> FindAsync(long id, CancellationToken token = default) => store.SnapshotAsync(db => FindAsync(db, id), token);

    /// <summary>A form's versions, the newest first, without their texts.</summary>
    public Task<IReadOnlyList<TemplateVersion>> VersionsAsync(long templateId, CancellationToken token = default) => store.ReadAsync<IReadOnlyList<TemplateVersion>>(async db =>
        (await db.QueryAsync<TemplateVersion>($"{Versions} WHERE template_id = @templateId ORDER BY number DESC", new { templateId })).AsList(), token);

    /// <summary>A version with its texts, or null.</summary>
    public Task<TemplateVersion?> VersionAsync(long id, CancellationToken token = default) => store.SnapshotAsync(db => VersionAsync(db, id), token);

    /// <summary>A version with its texts, inside of a unit.</summary>
    internal static async Task<TemplateVersion?> VersionAsync(DbConnection db, long id)
    {
        if (await db.QuerySingleOrDefaultAsync<TemplateVersion>($"{Versions} WHERE id = @id", new { id }) is not { } version) return null;
        var texts = await db.QueryAsync<(string Language, string Title, string Source, string Questions)>(
            "SELECT language, title, source, questions FROM consents__texts WHERE version_id = @id ORDER BY language", new { id });
        return version with { Texts = [.. texts.Select(t => new VersionText(t.Language, t.Title, t.Source, JsonSerializer.Deserialize(t.Questions, ConsentJson.Default.IReadOnlyListQuestion)!))] };
    }

    /// <summary>Adds a form. It is presented once a draft of it was published.</summary>
    public Task<ConsentTemplate> AddAsync(TemplateInput input, CancellationToken token = default)
    {
        var (title, kind, procedures) = input.Checked();
        return store.WriteAsync(new("Added a form"), async unit =>
        {
            var id = await InsertAsync(unit, null, title, kind, procedures);
            return await FoundAsync(unit, id, token);
        }, token);
    }

    /// <summary>Changes what a form is called and needed for.</summary>
    public Task<ConsentTemplate> ChangeAsync(long id, long rowVersion, TemplateInput input, CancellationToken token = default) => store.WriteAsync(new("Changed what a form is needed for"), async unit =>
    {
        var before = await FindAsync(unit.Connection, id) ?? throw Missing(id);
        if (before.RowVersion != rowVersion) throw Refuse.Stale($"Somebody else has changed this form since you opened it. Look at it again before you change it.");
        var (title, _, procedures) = (input with { Kind = before.Kind }).Checked();
        await unit.Connection.ExecuteAsync("UPDATE consents__templates SET title = @title, row_version = row_version + 1 WHERE id = @id", new { id, title });
        await NeedAsync(unit.Connection, id, procedures);
        return await FoundAsync(unit, id, token);
    }, token);

    /// <summary>Begins a new version: the draft that there is, or a copy of the version presented now.</summary>
    public Task<TemplateVersion> DraftAsync(long templateId, CancellationToken token = default) => store.WriteAsync(new("Began a version of a form"), async unit =>
    {
        var db = unit.Connection;
        var template = await FindAsync(db, templateId) ?? throw Missing(templateId);
        if (template.DraftId is { } open) return (await VersionAsync(db, open))!;
        var last = await db.ExecuteScalarAsync<long?>("SELECT id FROM consents__versions WHERE template_id = @templateId ORDER BY number DESC LIMIT 1", new { templateId });
        var from = last is { } id ? await VersionAsync(db, id) : null;
        var rules = from?.Rules ?? new() { CoolingOffDays = 0, ExpiresMonths = 12, Minors = MinorsRule.Refused, Signatures = [Records.SignatureMeaning.PatientConsent, Records.SignatureMeaning.PractitionerDisclosure] };
        var texts = from?.Texts ?? [new VersionText(clinic.Language, template.Title, $"# {template.Title}\n", [])];
        return (await VersionAsync(db, await InsertAsync(unit, templateId, (from?.Number ?? 0) + 1, rules with { MaterialChange = false, ChangeNote = null }, texts)))!;
    }, token);

    /// <summary>Puts a draft in place of what it was, whole.</summary>
    public Task<TemplateVersion> SaveAsync(long versionId, long rowVersion, DraftInput input, CancellationToken token = default)
    {
        var (rules, texts) = input.Checked();
        return store.WriteAsync(new("Wrote a version of a form"), async unit =>
        {
            await DraftOfAsync(unit.Connection, versionId, rowVersion);
            await unit.Connection.ExecuteAsync("""
                UPDATE consents__versions SET cooling_off_days = @CoolingOffDays, expires_months = @ExpiresMonths, minors = @minors, signatures = @signatures,
                    material_change = @MaterialChange, change_note = @ChangeNote, row_version = row_version + 1 WHERE id = @versionId
                """, new { versionId, rules.CoolingOffDays, rules.ExpiresMonths, minors = rules.Minors.ToString(), signatures = string.Join(',', rules.Signatures), rules.MaterialChange, rules.ChangeNote });
            await unit.Connection.ExecuteAsync("DELETE FROM consents__texts WHERE version_id = @versionId", new { versionId });
            await WriteAsync(unit.Connection, versionId, texts);
            return (await VersionAsync(unit.Connection, versionId))!;
        }, token);
    }

    /// <summary>
    /// Publishes a draft: it is presented from now on, and never changed. The version before is retired; where the change matters, consents under older versions aren't in force any more.
    /// </summary>
    public Task<TemplateVersion> PublishAsync(long versionId, long rowVersion, CancellationToken token = default) => store.WriteAsync(new("Published a version of a form"), async unit =>
    {
        await DraftOfAsync(unit.Connection, versionId, rowVersion);
        return await PublishAsync(unit, versionId, token);
    }, token);

    /// <summary>Presents a form no more. What was signed stays in force.</summary>
    public Task<TemplateVersion> RetireAsync(long versionId, CancellationToken token = default) => store.WriteAsync(new("Retired a version of a form"), async unit =>
    {
        var retired = await unit.Connection.ExecuteAsync("UPDATE consents__versions SET state = 'Retired', retired_at = @Now, row_version = row_version + 1 WHERE id = @versionId AND state = 'Published'", new { versionId, unit.Now });
        if (retired == 1) return (await VersionAsync(unit.Connection, versionId))!;
        throw await VersionAsync(unit.Connection, versionId) is null ? Refuse.Missing($"There is no version {versionId}.") : Refuse.Because($"Only a version that is presented can be retired.");
    }, token);

    /// <summary>Throws a draft away.</summary>
    public Task DiscardAsync(long versionId, long rowVersion, CancellationToken token = default) => store.WriteAsync(new("Threw a draft of a form away"), async unit =>
    {
        await DraftOfAsync(unit.Connection, versionId, rowVersion);
        await unit.Connection.ExecuteAsync("DELETE FROM consents__texts WHERE version_id = @versionId; DELETE FROM consents__versions WHERE id = @versionId;", new { versionId });
        return true;
    }, token);

    /// <summary>Brings the forms that come with the module and aren't here yet, each published as version 1.</summary>
    public Task<int> BringAsync(IReadOnlyList<(string Key, TemplateInput Template, DraftInput Draft)> shipped, CancellationToken token = default) => store.WriteAsync(new("Brought the forms that come with the module"), async unit =>
    {
        var here = (await unit.Connection.QueryAsync<string>("SELECT shipped FROM consents__templates WHERE shipped IS NOT NULL")).ToHashSet(StringComparer.Ordinal);
        var brought = 0;
        foreach (var (key, input, draft) in shipped.Where(s => !here.Contains(s.Key)))
        {
            var (title, kind, procedures) = input.Checked();
            var (rules, texts) = draft.Checked();
            var id = await InsertAsync(unit, key, title, kind, procedures);
            await PublishAsync(unit, await InsertAsync(unit, id, 1, rules, texts), token);
            brought++;
        }

        return brought;
    }, token);

    internal static async Task<ConsentTemplate?> FindAsync(DbConnection db, long id)
    {
        if (await db.QuerySingleOrDefaultAsync<ConsentTemplate>($"{Templates} WHERE t.id = @id", new { id }) is not { } template) return null;
        return template with { Procedures = (await db.QueryAsync<string>("SELECT procedure FROM consents__template_procedures WHERE template_id = @id ORDER BY procedure", new { id })).AsList() };
    }

    internal static RefusedException Missing(long id) => Refuse.Missing($"There is no form {id}.");

    private async Task<TemplateVersion> PublishAsync(IUnitOfWork unit, long versionId, CancellationToken token)
    {
        var version = (await VersionAsync(unit.Connection, versionId))!;
        await unit.Connection.ExecuteAsync("UPDATE consents__versions SET state = 'Retired', retired_at = @Now, row_version = row_version + 1 WHERE template_id = @TemplateId AND state = 'Published'",
            new { version.TemplateId, unit.Now });
        await unit.Connection.ExecuteAsync("UPDATE consents__versions SET state = 'Published', published_by = @Name, published_at = @Now, row_version = row_version + 1 WHERE id = @versionId",
            new { versionId, unit.Actor.Name, unit.Now });
        if (version.MaterialChange)
            await unit.Connection.ExecuteAsync("""
                UPDATE consents__records SET state = 'Superseded', ended_at = @Now, ended_by = @Name, end_reason = @reason, row_version = row_version + 1
                WHERE template_id = @TemplateId AND state = 'Active' AND version_id <> @versionId
                """, new { version.TemplateId, versionId, unit.Now, unit.Actor.Name, reason = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Version {version.Number}: {version.ChangeNote ?? "a material change"}") });
        await FoundAsync(unit, version.TemplateId, token);
        return (await VersionAsync(unit.Connection, versionId))!;
    }

    private static async Task<long> InsertAsync(IUnitOfWork unit, string? shipped, string title, ConsentKind kind, IReadOnlyList<string> procedures)
    {
        var id = await unit.Connection.ExecuteScalarAsync<long>(
            "INSERT INTO consents__templates (shipped, title, kind) VALUES (@shipped, @title, @kind) RETURNING id", new { shipped, title, kind = kind.ToString() });
        await NeedAsync(unit.Connection, id, procedures);
        return id;
    }

    private static async Task<long> InsertAsync(IUnitOfWork unit, long templateId, long number, VersionRules rules, IReadOnlyList<VersionText> texts)
    {
        var id = await unit.Connection.ExecuteScalarAsync<long>("""
            INSERT INTO consents__versions (template_id, number, cooling_off_days, expires_months, minors, signatures, material_change, change_note, created_by, created_at)
            VALUES (@templateId, @number, @CoolingOffDays, @ExpiresMonths, @minors, @signatures, @MaterialChange, @ChangeNote, @Name, @Now) RETURNING id
            """, new
        {
            templateId, number, rules.CoolingOffDays, rules.ExpiresMonths, minors = rules.Minors.ToString(), signatures = string.Join(',', rules.Signatures), rules.MaterialChange, rules.ChangeNote,
            unit.Actor.Name, unit.Now,
        });
        await WriteAsync(unit.Connection, id, texts);
        return id;
    }

    private static async Task WriteAsync(DbConnection db, long versionId, IReadOnlyList<VersionText> texts)
    {
        foreach (var text in texts)
            await db.ExecuteAsync("INSERT INTO consents__texts (version_id, language, title, source, questions) VALUES (@versionId, @Language, @Title, @Source, @questions)",
                new { versionId, text.Language, text.Title, text.Source, questions = JsonSerializer.Serialize(text.Questions, ConsentJson.Default.IReadOnlyListQuestion) });
    }

    private static async Task NeedAsync(DbConnection db, long id, IReadOnlyList<string> procedures)
    {
        await db.ExecuteAsync("DELETE FROM consents__template_procedures WHERE template_id = @id", new { id });
        foreach (var procedure in procedures) await db.ExecuteAsync("INSERT INTO consents__template_procedures (template_id, procedure) VALUES (@id, @procedure)", new { id, procedure });
    }

    private static async Task DraftOfAsync(DbConnection db, long versionId, long rowVersion)
    {
        var (state, at) = await db.QuerySingleOrDefaultAsync<(VersionState? State, long At)>("SELECT state, row_version FROM consents__versions WHERE id = @versionId", new { versionId });
        if (state is null) throw Refuse.Missing($"There is no version {versionId}.");
        if (state is not VersionState.Draft) throw Refuse.Because($"This version was published and is never changed. Begin a new one.");
        if (at != rowVersion) throw Refuse.Stale($"Somebody else has changed this draft since you opened it. Copy what you wrote, and open it again.");
    }

    // What is found by the one search is put there again with each change of it.
    private async Task<ConsentTemplate> FoundAsync(IUnitOfWork unit, long id, CancellationToken token)
    {
        var template = (await FindAsync(unit.Connection, id))!;
        await search.PutAsync(unit, new("Form", Keyset.Of(id), template.Title, Words(template), FormattableString.Invariant($"/consents/templates/{id}"), Permissions.View), token);
        return template;
    }

    private static string Words(ConsentTemplate template) => template.Procedures.Count == 0 ? "Consent form" : $"Consent form · {string.Join(", ", template.Procedures)}";
}
