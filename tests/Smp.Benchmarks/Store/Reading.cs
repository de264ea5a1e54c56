using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Smp.Benchmarks.Store;

/// <summary>A way to read visits by their keys.</summary>
internal interface IReading
{
    string Name { get; }

    /// <summary>Reads each, one after the other.</summary>
    Task ReadAsync(IReadOnlyList<long> keys);
}

/// <summary>As fast as the provider goes: one connection, one statement that stays prepared, columns by their places.</summary>
internal sealed class PreparedReads : IReading, IDisposable
{
    private readonly SqliteConnection connection;
    private readonly SqliteCommand command;
    private readonly SqliteParameter key;

    public PreparedReads(string file)
    {
        connection = new($"Data Source={file};Pooling=False");
        connection.Open();
        connection.Execute(Visits.Pragmas);
        command = new(Visits.ByKey, connection);
        key = command.Parameters.Add("@id", SqliteType.Integer);
        key.Value = 0L;
        command.Prepare();
    }

    public string Name => "ADO.NET, prepared once";

    public Task ReadAsync(IReadOnlyList<long> keys)
    {
        foreach (var id in keys)
        {
            key.Value = id;
            using var reader = command.ExecuteReader();
            if (!reader.Read()) throw Wrong.Row(id);
            Wrong.Unless(Visit.From(reader), id);
        }

        return Task.CompletedTask;
    }

    public void Dispose()
    {
        command.Dispose();
        connection.Dispose();
    }
}

/// <summary>The store, with a plugin's rights and Dapper.</summary>
internal sealed class StoreReads(StoreWriting store) : IReading
{
    public string Name => "the store: ReadAsync and Dapper";

    public async Task ReadAsync(IReadOnlyList<long> keys)
    {
        foreach (var id in keys)
        {
            var visit = await store.Engine.ReadAsync(
                StoreWriting.Own, oneMoment: false, connection => connection.QuerySingleAsync<Visit>(Visits.ByKey, new { id }), CancellationToken.None);
            Wrong.Unless(visit, id);
        }
    }
}

/// <summary>Dapper, on a pooled connection for each call.</summary>
internal sealed class DapperReads(string file) : IReading
{
    private readonly Pooled pool = new(file);

    public string Name => "Dapper, pooled connection for each call";

    public async Task ReadAsync(IReadOnlyList<long> keys)
    {
        foreach (var id in keys)
        {
            await using var connection = pool.Open();
            Wrong.Unless(await connection.QuerySingleAsync<Visit>(Visits.ByKey, new { id }), id);
        }
    }
}

/// <summary>EF Core: a context for each call, nothing tracked.</summary>
internal sealed class EfReads(string file) : IReading
{
    private readonly DbContextOptions<VisitsContext> options = VisitsContext.On(file);

    public string Name => "EF Core 10, context for each call, no tracking";

    public async Task ReadAsync(IReadOnlyList<long> keys)
    {
        foreach (var id in keys)
        {
            await using var context = new VisitsContext(options);
            Wrong.Unless(await context.Visits.AsNoTracking().SingleAsync(v => v.Id == id), id);
        }
    }
}

/// <summary>EF Core with its query compiled beforehand.</summary>
internal sealed class CompiledEfReads(string file) : IReading
{
    private static readonly Func<VisitsContext, long, Task<Visit>> ById =
        EF.CompileAsyncQuery((VisitsContext context, long id) => context.Visits.AsNoTracking().Single(v => v.Id == id));

    private readonly DbContextOptions<VisitsContext> options = VisitsContext.On(file);

    public string Name => "the same, compiled query";

    public async Task ReadAsync(IReadOnlyList<long> keys)
    {
        foreach (var id in keys)
        {
            await using var context = new VisitsContext(options);
            Wrong.Unless(await ById(context, id), id);
        }
    }
}

/// <summary>The visits as EF Core sees them.</summary>
internal sealed class VisitsContext(DbContextOptions<VisitsContext> options) : DbContext(options)
{
    public DbSet<Visit> Visits => Set<Visit>();

    public static DbContextOptions<VisitsContext> On(string file) =>
        new DbContextOptionsBuilder<VisitsContext>().UseSqlite($"Data Source={file}").Options;

    protected override void OnModelCreating(ModelBuilder model) => model.Entity<Visit>(visit =>
    {
        visit.ToTable("bench__visits");
        visit.Property(v => v.Id).HasColumnName("id");
        visit.Property(v => v.PatientId).HasColumnName("patient_id");
        visit.Property(v => v.PractitionerId).HasColumnName("practitioner_id");
        visit.Property(v => v.Room).HasColumnName("room");
        visit.Property(v => v.BeginsAt).HasColumnName("begins_at");
        visit.Property(v => v.EndsAt).HasColumnName("ends_at");
        visit.Property(v => v.State).HasColumnName("state");
        visit.Property(v => v.Complaint).HasColumnName("complaint");
        visit.Property(v => v.Note).HasColumnName("note");
        visit.Property(v => v.FeeCents).HasColumnName("fee_cents");
    });
}

/// <summary>Whoever reads something else than what was asked for measures nothing.</summary>
internal static class Wrong
{
    public static void Unless(Visit visit, long id)
    {
        if (visit.Id != id) throw Row(id);
    }

    public static BenchmarkException Row(long id) => new($"The visit {id} wasn't read.");
}
