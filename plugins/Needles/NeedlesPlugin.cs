using Microsoft.Extensions.DependencyInjection;
using Smp.Needles.Injuries;
using Smp.Needles.Items;
using Smp.Needles.Lots;
using Smp.Needles.Recalls;
using Smp.Needles.Scanning;
using Smp.Needles.Sharps;
using Smp.Needles.Uses;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Needles;

/// <summary>Sterile needles and what else touches patients, by lot: received, inspected, picked, used, recalled.</summary>
public sealed class NeedlesPlugin : IWebPlugin
{
    /// <inheritdoc/>
    public void ConfigureServices(IServiceCollection services) => services
        .AddScoped<ItemCatalogue>()
        .AddScoped<StockLevels>()
        .AddScoped<LotDirectory>()
        .AddScoped<Receiving>()
        .AddScoped<LotCare>()
        .AddScoped<Picking>()
        .AddScoped<UseLog>()
        .AddScoped<RecallBook>()
        .AddScoped<RecallLetters>()
        .AddScoped<SharpsCupboard>()
        .AddScoped<InjuryLog>()
        .AddSupplyLedger<SupplyLedger>()
        .AddWorklist<LotWorklist>()
        .AddWorklist<RecallWorklist>()
        .AddWorklist<SharpsWorklist>()
        .AddWorklist<InjuryWorklist>()
        .AddTexts<NeedlesTexts>()
        .AddPanel<UsesPanel>(PanelPlace.Patient, "needles-uses", "Needles and pigments used", Permissions.View)
        .AddPanel<StockPanel>(PanelPlace.Today, "needles-stock", "Stock", Permissions.View)
        .AddDemo<NeedlesDemo>()
        .AddDemo<SafetyDemo>();

    /// <inheritdoc/>
    public void MapRoutes(IPluginRoutes routes)
    {
        routes.Api.MapScan();
        routes.Api.MapItems();
        routes.Api.MapLots();
        routes.Api.MapPicks();
        routes.Api.MapUses();
        routes.Api.MapRecalls();
        routes.Api.MapSharps();
        routes.Api.MapInjuries();
    }
}
