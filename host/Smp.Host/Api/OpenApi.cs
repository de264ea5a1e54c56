using Smp.Runtime.Shells;

namespace Smp.Host.Api;

/// <summary>The OpenAPI document of what is running: the core's API and that of each module in this shell.</summary>
internal static class OpenApi
{
    public static IServiceCollection AddClinicOpenApi(this IServiceCollection services, ShellContents contents) => services.AddOpenApi(options =>
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "Smp clinic";
            document.Info.Version = typeof(OpenApi).Assembly.GetName().Version!.ToString(3);
            document.Info.Description = contents.Plugins.Count == 0
                ? "No module is running."
                : $"Running: {string.Join(", ", contents.Plugins.Select(p => $"{p.Manifest.Name} {p.Manifest.Version}"))}.";
            return Task.CompletedTask;
        }));
}
