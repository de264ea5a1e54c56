using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Smp.Runtime.Core.Credentials;
using Smp.Runtime.Core.Places;
using Smp.Sdk;
using Smp.Sdk.Testing;

namespace Smp.Host.Tests;

/// <summary>What the guard says of those who treat. It is Wednesday 4 March 2026 in these tests.</summary>
public sealed class CredentialGuardTests
{
    // As the staff of a test clinic is added.
    private const long Physician = 2;
    private const long Technician = 3;
    private const long Coordinator = 5;

    private TestClinic clinic = null!;

    [SetUp]
    public async Task Open() => clinic = await TestClinic.StartAsync();

    [TearDown]
    public async Task Close() => await clinic.DisposeAsync();

    [TestCase("2026-03-03", "2026-03-04", GuardStage.Start, GuardGrade.Stop, "expired on 3 March 2026")]
    [TestCase("2026-03-04", "2026-03-04", GuardStage.Start, null, null)]
    [TestCase("2026-03-03", "2026-03-05", GuardStage.Book, GuardGrade.Stop, "expired on 3 March 2026")]
    [TestCase("2026-03-10", "2026-03-11", GuardStage.Book, GuardGrade.Stop, "expires on 10 March 2026, before that day")]
    [TestCase("2026-03-10", "2026-03-10", GuardStage.Book, null, null)]
    [TestCase("2026-03-03", "2026-03-04", GuardStage.Use, null, null)]
    [TestCase("2026-03-03", "2026-03-04", GuardStage.Close, null, null)]
    public async Task A_licence_must_be_valid_on_the_day(string until, string day, GuardStage stage, GuardGrade? grade, string? said)
    {
        await AddAsync(Technician, CredentialKind.Licence, until);
        await AddAsync(Technician, CredentialKind.BloodbornePathogenTraining, "2026-12-31");

        var answers = await AskAsync(stage, At(day), team: [Technician]);

        Assert.That(answers.Select(a => (GuardGrade?)a.Grade), Is.EqualTo(grade is null ? [] : new[] { grade }));
        if (said is not null) Assert.That(Sentence(answers[0]), Is.EqualTo($"Licence of Mia Novak {said}. Record its renewal, or choose somebody else."));
    }

    [Test]
    public async Task Training_on_bloodborne_pathogens_must_be_valid_too_and_the_performer_counts_as_the_team_does()
    {
        await AddAsync(Physician, CredentialKind.Licence, "2030-01-01");
        await AddAsync(Physician, CredentialKind.BloodbornePathogenTraining, "2026-03-01");

        var answers = await AskAsync(GuardStage.Start, At("2026-03-04"), performer: Physician);

        Assert.That(answers.Select(a => (a.Grade, a.Code, a.Href)), Is.EqualTo(new[] { (GuardGrade.Stop, "bloodborne-training-2", "/staff/2/credentials") }));
    }

    [Test]
    public async Task What_was_never_recorded_warns_for_each_person_once()
    {
        var answers = await AskAsync(GuardStage.Book, At("2026-03-09"), performer: Technician, team: [Technician, Physician, Technician]);

        Assert.That(answers.Select(a => (a.Grade, a.Code)), Is.EquivalentTo(new[]
        {
            (GuardGrade.Warn, "licence-3"), (GuardGrade.Warn, "bloodborne-training-3"), (GuardGrade.Warn, "licence-2"), (GuardGrade.Warn, "bloodborne-training-2"),
        }));
    }

    [Test]
    public async Task Those_who_dont_treat_need_none() =>
        Assert.That(await AskAsync(GuardStage.Start, At("2026-03-04"), performer: Coordinator, team: [1, Coordinator, 6]), Is.Empty);

    [Test]
    public async Task A_renewal_counts_and_one_that_was_ended_doesnt()
    {
        await AddAsync(Technician, CredentialKind.BloodbornePathogenTraining, "2026-12-31");
        await AddAsync(Technician, CredentialKind.Licence, "2026-03-01");
        var renewal = await AddAsync(Technician, CredentialKind.Licence, "2028-03-01");
        Assert.That(await AskAsync(GuardStage.Start, At("2026-03-04"), team: [Technician]), Is.Empty);

        await clinic.RunAsync(services => services.GetRequiredService<CredentialBook>().EndAsync(Technician, renewal.Id, 1, "Revoked by the board"));

        Assert.That((await AskAsync(GuardStage.Start, At("2026-03-04"), team: [Technician])).Single().Grade, Is.EqualTo(GuardGrade.Stop));
    }

    [Test]
    public async Task One_that_begins_later_stops_until_then()
    {
        await AddAsync(Technician, CredentialKind.BloodbornePathogenTraining, "2026-12-31");
        await AddAsync(Technician, CredentialKind.Licence, "2028-03-01", from: "2026-04-01");

        var before = await AskAsync(GuardStage.Book, At("2026-03-31"), team: [Technician]);
        var after = await AskAsync(GuardStage.Book, At("2026-04-01"), team: [Technician]);

        Assert.That(Sentence(before.Single()), Does.Contain("isn't valid before 1 April 2026"));
        Assert.That(after, Is.Empty);
    }

    [Test]
    public async Task The_day_is_that_of_the_location()
    {
        await AddAsync(Technician, CredentialKind.BloodbornePathogenTraining, "2026-12-31");
        await AddAsync(Technician, CredentialKind.Licence, "2026-03-09");
        await clinic.RunAsync(services => services.GetRequiredService<PlaceBook>().AddAsync(new() { Name = "Auckland", TimeZone = "Pacific/Auckland" }));
        // Still the 9th in the clinic's own zone, and the 10th in Auckland.
        var at = new DateTimeOffset(2026, 3, 9, 20, 0, 0, TimeSpan.Zero);

        var there = await AskAsync(GuardStage.Book, at, team: [Technician], location: 1);
        var here = await AskAsync(GuardStage.Book, at, team: [Technician]);

        Assert.That((there.Count, here.Count), Is.EqualTo((1, 0)));
    }

    [Test]
    public async Task Inside_a_unit_of_work_it_sees_what_the_unit_did()
    {
        await AddAsync(Technician, CredentialKind.BloodbornePathogenTraining, "2026-12-31");

        var answers = await clinic.RunAsync(async services => await services.GetRequiredService<IStore<Runtime.Core.CorePlugin>>().WriteAsync(new("Test"), async unit =>
        {
            var insert = unit.Connection.CreateCommand();
            insert.CommandText = "INSERT INTO core__credentials (staff_id, kind, valid_until) VALUES (3, 'Licence', '2026-03-03')";
            await insert.ExecuteNonQueryAsync();
            return await Guard(services).AskAsync(Question(GuardStage.Start, At("2026-03-04"), null, [Technician], null), unit, CancellationToken.None);
        }));

        Assert.That(answers.Single().Grade, Is.EqualTo(GuardGrade.Stop));
    }

    private static DateTimeOffset At(string day) => new(DateOnly.Parse(day, CultureInfo.InvariantCulture).ToDateTime(new(10, 0)), TimeSpan.Zero);

    private static string Sentence(GuardAnswer answer) => string.Format(
        CultureInfo.InvariantCulture, answer.Sentence.Format.Replace("{2}", "{2:d MMMM yyyy}", StringComparison.Ordinal), answer.Sentence.GetArguments());

    private static CredentialGuard Guard(IServiceProvider services) => ActivatorUtilities.CreateInstance<CredentialGuard>(services);

    private Task<IReadOnlyList<GuardAnswer>> AskAsync(GuardStage stage, DateTimeOffset at, long? performer = null, long[]? team = null, long? location = null) =>
        clinic.RunAsync(services => Guard(services).AskAsync(Question(stage, at, performer, team ?? [], location), null, CancellationToken.None));

    private static GuardQuestion Question(GuardStage stage, DateTimeOffset at, long? performer, long[] team, long? location) => new(stage, new()
    {
        Id = 1, Plugin = "sessions", Kind = "Session", Title = "SMP session 1", PatientId = 1, State = ProcedureState.Planned, EnteredAt = at, RowVersion = 1,
        PerformedBy = performer, LocationId = location, Team = [.. team.Select(id => new TeamMember(id, "Practitioner"))],
    }, at);

    private Task<CredentialRecord> AddAsync(long staff, CredentialKind kind, string until, string? from = null)
    {
        var last = DateOnly.Parse(until, CultureInfo.InvariantCulture);
        DateOnly? first = from is not null ? DateOnly.Parse(from, CultureInfo.InvariantCulture)
            : kind == CredentialKind.BloodbornePathogenTraining ? last.AddYears(-1) : null;
        return clinic.RunAsync(services => services.GetRequiredService<CredentialBook>().AddAsync(staff, new() { Kind = kind, ValidFrom = first, ValidUntil = last }));
    }
}
