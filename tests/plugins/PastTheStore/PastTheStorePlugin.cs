using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Smp.Sdk;

namespace PastTheStore;

public sealed class PastTheStorePlugin : IPlugin
{
    public void ConfigureServices(IServiceCollection services)
    {
        using var connection = new SqliteConnection("Data Source=clinic.db");
        connection.Open();
    }
}
