using System.Data.Common;
using Dapper;
using Smp.Sdk;

namespace Smp.Runtime.Core.Patients;

/// <summary>The patients' records: made, changed, found.</summary>
public sealed class PatientRecords(IStore<CorePlugin> store, IClinicClock clock, ITimeline timeline)
{
    private const string Columns = """
        id, given_name, family_name, preferred_name, birth_date, sex_at_birth, phone, email, address, language, fitzpatrick,
        medications, conditions, alerts, created_at, changed_at, row_version
        """;

    /// <summary>Makes a record.</summary>
    /// <exception cref="RefusedException">
    /// A field needs another look; or somebody here may be the same person: then <c>duplicates</c> in the details lists who, and
    /// <see cref="PatientInput.ConfirmedNew"/> says that it's somebody else.
    /// </exception>
    public Task<Patient> AddAsync(PatientInput input, CancellationToken token = default)
    {
        var patient = input.Checked(clock.Today);
        return store.WriteAsync(new("Registered a patient"), async unit =>
        {
            await RefuseDuplicatesAsync(unit.Connection, patient, except: null);
            return await RequireAsync(unit.Connection, await InsertAsync(unit, patient, token));
        }, token);
    }

    /// <summary>Makes many records in one unit of work, whoever they may be the same person as.</summary>
    internal Task<int> AddAllAsync(IReadOnlyList<PatientInput> patients, Action<int> said, CancellationToken token) => store.WriteAsync(new("Imported patients"), async unit =>
    {
        for (var i = 0; i < patients.Count; i++)
        {
            said(i);
            await InsertAsync(unit, patients[i], token);
        }

        return patients.Count;
    }, token);

    private async Task<long> InsertAsync(IUnitOfWork unit, PatientInput patient, CancellationToken token)
    {
        var id = await unit.Connection.ExecuteScalarAsync<long>($"""
            INSERT INTO patients ({Columns.Replace("id, given_name", "given_name", StringComparison.Ordinal)})
            VALUES (@GivenName, @FamilyName, @PreferredName, @BirthDate, @SexAtBirth, @Phone, @Email, @Address, @Language, @Fitzpatrick,
                    @Medications, @Conditions, @Alerts, @Now, @Now, 1)
            RETURNING id
            """, Values(patient, unit));
        await WriteRestAsync(unit.Connection, id, patient);
        await timeline.WriteAsync(unit, new(id, unit.Now, "person", "Registered", $"/patients/{id}"), token);
        return id;
    }

    /// <summary>Changes a record.</summary>
    /// <param name="id">Whose.</param>
    /// <param name="rowVersion">The version the change was made from.</param>
    /// <param name="input">The whole record as it shall be.</param>
    /// <param name="token">Gives up waiting.</param>
    /// <exception cref="RefusedException">A field needs another look, likely duplicates, no such patient, or somebody changed the record meanwhile.</exception>
    public Task<Patient> ChangeAsync(long id, long rowVersion, PatientInput input, CancellationToken token = default)
    {
        var patient = input.Checked(clock.Today);
        return store.WriteAsync(new("Changed a patient's record"), async unit =>
        {
            await PatientMerges.RefuseGoneAsync(unit.Connection, id);
            var now = await RequireAsync(unit.Connection, id);
            if (now.RowVersion != rowVersion)
            {
                throw Refuse.Stale(
                    $"This record was changed by somebody else at {now.ChangedAt}, after you opened it. Load it again, and make your change there.");
            }

            await RefuseDuplicatesAsync(unit.Connection, patient, id, before: now);
            await unit.Connection.ExecuteAsync("""
                UPDATE patients SET given_name = @GivenName, family_name = @FamilyName, preferred_name = @PreferredName,
                    birth_date = @BirthDate, sex_at_birth = @SexAtBirth, phone = @Phone, email = @Email, address = @Address,
                    language = @Language, fitzpatrick = @Fitzpatrick, medications = @Medications, conditions = @Conditions,
                    alerts = @Alerts, changed_at = @Now, row_version = row_version + 1
                WHERE id = @Id
                """, Values(patient, unit, id));
            await WriteRestAsync(unit.Connection, id, patient);
            return await RequireAsync(unit.Connection, id);
        }, token);
    }

    /// <summary>A record, or null.</summary>
    public Task<Patient?> FindAsync(long id, CancellationToken token = default) =>
        store.SnapshotAsync(connection => FindAsync(connection, id), token);

    /// <summary>Who may be the same person as this input.</summary>
    public Task<IReadOnlyList<LikelyDuplicate>> DuplicatesAsync(PatientInput input, long? except, CancellationToken token = default)
    {
        var patient = input.Checked(clock.Today);
        return store.SnapshotAsync(connection => Duplicates.FindAsync(connection, patient, except), token);
    }

    internal static async Task<Patient?> FindAsync(DbConnection connection, long id)
    {
        var patient = await connection.QuerySingleOrDefaultAsync<Patient>($"SELECT {Columns} FROM patients WHERE id = @id", new { id });
        if (patient is null) return null;
        var allergies = await connection.QueryAsync<Allergy>(
            "SELECT substance, detail FROM patient_allergies WHERE patient_id = @id ORDER BY id", new { id });
        return patient with { Allergies = allergies.AsList() };
    }

    private static async Task<Patient> RequireAsync(DbConnection connection, long id) =>
        await FindAsync(connection, id) ?? throw Refuse.Missing($"There is no patient {PatientSummary.NumberOf(id)}.");

    private static async Task RefuseDuplicatesAsync(DbConnection connection, PatientInput patient, long? except, Patient? before = null)
    {
        if (patient.ConfirmedNew) return;
        // Whoever only changes an address isn't asked again about the namesake everybody knows of.
        if (before is not null && before.GivenName == patient.GivenName && before.FamilyName == patient.FamilyName
            && before.BirthDate == patient.BirthDate && before.Phone == patient.Phone && before.Email == patient.Email) return;
        var likely = await Duplicates.FindAsync(connection, patient, except);
        if (likely.Count == 0) return;
        throw new RefusedException(RefusalKind.Refused,
            $"Somebody with these details may be here already: {string.Join("; ", likely.Take(3).Select(d => d.Name))}. Open that record, or say that this is somebody else.")
        {
            Details = new Dictionary<string, object?> { ["duplicates"] = likely },
        };
    }

    private static async Task WriteRestAsync(DbConnection connection, long id, PatientInput patient)
    {
        await connection.ExecuteAsync("DELETE FROM patient_allergies WHERE patient_id = @id", new { id });
        foreach (var allergy in patient.Allergies!)
        {
            await connection.ExecuteAsync(
                "INSERT INTO patient_allergies (patient_id, substance, detail) VALUES (@id, @substance, @Detail)",
                new { id, substance = allergy.Substance.ToString(), allergy.Detail });
        }

        await connection.ExecuteAsync("DELETE FROM core__patient_keys WHERE patient_id = @id", new { id });
        foreach (var (kind, value) in new[] { ("Phone", PatientInput.PhoneKey(patient.Phone)), ("Email", patient.Email?.ToLowerInvariant()) })
        {
            if (value is not null)
            {
                await connection.ExecuteAsync(
                    "INSERT INTO core__patient_keys (patient_id, kind, value) VALUES (@id, @kind, @value)", new { id, kind, value });
            }
        }

        await PatientWords.RenewAsync(connection, id);
    }

    private static object Values(PatientInput p, IUnitOfWork unit, long id = 0) => new
    {
        Id = id, p.GivenName, p.FamilyName, p.PreferredName, p.BirthDate, SexAtBirth = p.SexAtBirth?.ToString(), p.Phone, p.Email, p.Address,
        p.Language, Fitzpatrick = p.Fitzpatrick?.ToString(), p.Medications, p.Conditions, p.Alerts, unit.Now,
    };
}
