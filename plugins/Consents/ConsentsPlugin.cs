using Microsoft.Extensions.DependencyInjection;
using Smp.Consents.Documents;
using Smp.Consents.Guarding;
using Smp.Consents.Presenting;
using Smp.Consents.Records;
using Smp.Consents.Remote;
using Smp.Consents.Shipped;
using Smp.Consents.Signing;
using Smp.Consents.Templates;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Consents;

/// <summary>Consent forms: what a client was told, what they answered, and who signed.</summary>
public sealed class ConsentsPlugin : IWebPlugin
{
    /// <inheritdoc/>
    public void ConfigureServices(IServiceCollection services) => services
        .AddScoped<TemplateBook>()
        .AddScoped<ConsentBook>()
        .AddScoped<Presenter>()
        .AddScoped<SignatureBook>()
        .AddScoped<ConsentEndings>()
        .AddScoped<SignedDocument>()
        .AddScoped<DocumentBook>()
        .AddScoped<RemoteLinks>()
        .AddSingleton<VisitLimit>()
        .AddGuard<ConsentGuard>()
        .AddWorklist<ConsentWorklist>()
        .AddJob<PrintConsent, DocumentBook>()
        .AddJob<ExpireConsent, ExpiryJob>()
        .AddHostedService<BringForms>()
        .AddTexts<ConsentsTexts>()
        .AddPanel<PatientConsents>(PanelPlace.Patient, "consents", "Consents", Permissions.View);

    /// <inheritdoc/>
    public void MapRoutes(IPluginRoutes routes)
    {
        routes.Api.MapTemplates();
        routes.MapConsents();
    }
}
