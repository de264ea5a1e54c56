using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;
using Smp.Runtime.Shells;
using Smp.Sdk.Web;

namespace Smp.Host.Web;

/// <summary>Style and script: the SDK's own from its assembly, a plugin's from its folder's <c>wwwroot/</c>, under <c>/_content/</c>.</summary>
internal sealed class ContentFiles(RequestDelegate next, ShellContents contents)
{
    private static readonly FileExtensionContentTypeProvider Types = new();
    private static readonly FrozenDictionary<string, Asset> Own = Load();

    /// <summary>The address of one of the SDK's own files; another one whenever its content is.</summary>
    public static string Href(string name) => $"/_content/smp/{name}?v={Own[name].Version}";

    public Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.Path.StartsWithSegments("/_content", out var rest)) return next(context);
        var parts = rest.Value?.Split('/', 3) ?? [];
        if (parts.Length < 3 || !(HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))) return next(context);
        if (parts[1] == "smp") return Own.TryGetValue(parts[2], out var asset) ? SendAsync(context, asset) : next(context);
        return contents.Plugins.FirstOrDefault(p => p.Id == parts[1]) is { } plugin
            ? SendFileAsync(context, Path.Combine(plugin.Folder, "wwwroot"), parts[2])
            : next(context);
    }

    private static async Task SendAsync(HttpContext context, Asset asset)
    {
        var headers = context.Response.GetTypedHeaders();
        headers.ETag = asset.Tag;
        context.Response.Headers.CacheControl = context.Request.Query["v"] == asset.Version ? "public, max-age=31536000, immutable" : "no-cache";
        if (context.Request.GetTypedHeaders().IfNoneMatch.Any(tag => tag.Compare(asset.Tag, useStrongComparison: false)))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        context.Response.ContentType = asset.Type;
        context.Response.ContentLength = asset.Bytes.Length;
        if (!HttpMethods.IsHead(context.Request.Method)) await context.Response.Body.WriteAsync(asset.Bytes, context.RequestAborted);
    }

    private Task SendFileAsync(HttpContext context, string folder, string path)
    {
        var root = Path.GetFullPath(folder) + Path.DirectorySeparatorChar;
        var file = Path.GetFullPath(Path.Combine(root, path));
        if (!file.StartsWith(root, StringComparison.Ordinal) || !File.Exists(file)) return next(context);
        context.Response.ContentType = TypeOf(file);
        context.Response.Headers.CacheControl = "no-cache";
        context.Response.GetTypedHeaders().LastModified = File.GetLastWriteTimeUtc(file);
        return context.Response.SendFileAsync(file, context.RequestAborted);
    }

    private static FrozenDictionary<string, Asset> Load()
    {
        const string Folder = "wwwroot/";
        var assembly = typeof(IWebPlugin).Assembly;
        return assembly.GetManifestResourceNames().Where(n => n.StartsWith(Folder, StringComparison.Ordinal)).ToFrozenDictionary(n => n[Folder.Length..], n =>
        {
            using var stream = assembly.GetManifestResourceStream(n)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            var version = Convert.ToHexStringLower(SHA256.HashData(bytes))[..12];
            return new Asset(bytes, TypeOf(n), version, new EntityTagHeaderValue($"\"{version}\""));
        });
    }

    private static string TypeOf(string name) => Types.TryGetContentType(name, out var type)
        ? type is "text/css" or "text/javascript" ? type + "; charset=utf-8" : type
        : "application/octet-stream";

    private sealed record Asset(byte[] Bytes, string Type, string Version, EntityTagHeaderValue Tag);
}
