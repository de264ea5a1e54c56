using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Smp.Runtime.Shells;

/// <summary>What the host itself adds to each shell: its pages and its API.</summary>
public interface IShellFace
{
    /// <summary>Registers the host's own services in a new shell.</summary>
    void ConfigureServices(IServiceCollection services, ShellContents contents);

    /// <summary>Adds middleware before routing: errors, style and script.</summary>
    void Use(IApplicationBuilder app, ShellContents contents);

    /// <summary>Maps the host's pages, with those of the plugins, and its API.</summary>
    void Map(IEndpointRouteBuilder routes, ShellContents contents);
}
