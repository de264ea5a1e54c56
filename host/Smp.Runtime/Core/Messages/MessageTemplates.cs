using System.Data.Common;
using System.Text.RegularExpressions;
using Dapper;
using Smp.Sdk;

namespace Smp.Runtime.Core.Messages;

/// <summary>What a message of the clinic's own says.</summary>
/// <param name="Id">Key.</param>
/// <param name="Purpose">What for.</param>
/// <param name="Channel">By which way.</param>
/// <param name="Language">In which language: <c>en</c>.</param>
/// <param name="Subject">The subject of an e-mail.</param>
/// <param name="Body">The text.</param>
/// <param name="RowVersion">Counts its changes.</param>
public sealed record MessageTemplate(long Id, MessagePurpose Purpose, MessageChannel Channel, string Language, string? Subject, string Body, long RowVersion);

/// <summary>The clinic's templates: <c>{{name}}</c> and the like are filled in. What isn't known is refused when it is typed, not sent.</summary>
public sealed partial class MessageTemplates(IStore<CorePlugin> store)
{
    private const string Columns = "id, purpose, channel, language, subject, body, row_version FROM core__message_templates";

    /// <summary>What can be filled in.</summary>
    public static IReadOnlyList<string> Fields { get; } = ["name", "clinic", "date", "time", "place"];

    /// <summary>All of them.</summary>
    public async Task<IReadOnlyList<MessageTemplate>> ListAsync(CancellationToken token = default) =>
        (await store.ReadAsync(db => db.QueryAsync<MessageTemplate>($"SELECT {Columns} ORDER BY purpose, language, channel"), token)).AsList();

    /// <summary>One of them.</summary>
    /// <exception cref="RefusedException">There is no such template.</exception>
    public async Task<MessageTemplate> RequireAsync(long id, CancellationToken token = default) =>
        await store.ReadAsync(db => db.QuerySingleOrDefaultAsync<MessageTemplate>($"SELECT {Columns} WHERE id = @id", new { id }), token) ?? throw Missing(id);

    /// <summary>Changes what it says.</summary>
    /// <exception cref="RefusedException">A field needs another look, there is no such template, or somebody changed it meanwhile.</exception>
    public Task<MessageTemplate> ChangeAsync(long id, long rowVersion, string? subject, string? body, CancellationToken token = default) =>
        store.WriteAsync(new("Changed a template of messages"), async unit =>
        {
            var db = unit.Connection;
            var now = await db.QuerySingleOrDefaultAsync<MessageTemplate>($"SELECT {Columns} WHERE id = @id", new { id }) ?? throw Missing(id);
            if (now.RowVersion != rowVersion) throw Refuse.Stale($"Somebody else changed this template after you opened it. Load it again, and make your change there.");
            var checks = new Checks();
            var text = checks.Require(body, "body", 10_000);
            var line = now.Channel is MessageChannel.Email ? checks.Require(subject, "subject", 200) : null;
            Check(checks, "subject", line ?? "");
            Check(checks, "body", text);
            checks.Throw();
            await db.ExecuteAsync("UPDATE core__message_templates SET subject = @line, body = @text, row_version = row_version + 1 WHERE id = @id", new { id, line, text });
            return now with { Subject = line, Body = text, RowVersion = rowVersion + 1 };
        }, token);

    /// <summary>The template in a language, or else in English.</summary>
    internal static Task<MessageTemplate> FindAsync(DbConnection db, MessagePurpose purpose, MessageChannel channel, string? language) => db.QueryFirstAsync<MessageTemplate>(
        $"SELECT {Columns} WHERE purpose = @purpose AND channel = @channel AND language IN (@language, 'en') ORDER BY language = 'en' LIMIT 1",
        new { purpose = purpose.ToString(), channel = channel.ToString(), language = language ?? "en" });

    /// <summary>The text with its fields filled in. In one pass: what is filled in isn't looked at again.</summary>
    internal static string Fill(string template, IReadOnlyDictionary<string, string> values) => Field().Replace(template, match => values.GetValueOrDefault(match.Groups[1].Value, match.Value));

    private static void Check(Checks checks, string field, string text)
    {
        foreach (var unknown in Field().Matches(text).Select(m => m.Groups[1].Value).Where(name => !Fields.Contains(name)).Distinct())
            checks.Add(field, $"{{{{{unknown}}}}} can't be filled in. There are: {string.Join(", ", Fields.Select(f => $"{{{{{f}}}}}"))}.");
    }

    private static RefusedException Missing(long id) => Refuse.Missing($"There is no template {id}.");

    [GeneratedRegex(@"\{\{\s*([A-Za-z]+)\s*\}\}")]
    private static partial Regex Field();
}
