using Microsoft.Extensions.DependencyInjection;
using Smp.Needles.Containers;
using Smp.Needles.Counting;
using Smp.Needles.Injuries;
using Smp.Needles.Items;
using Smp.Needles.Lots;
using Smp.Needles.Recalls;
using Smp.Needles.Reservations;
using Smp.Needles.Scanning;
using Smp.Needles.Sharps;
using Smp.Needles.Sterilising;
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
        .AddScoped<ContainerBook>()
        .AddScoped<LoadBook>()
        .AddScoped<ReservationBook>()
        .AddScoped<Picking>()
        .AddScoped<UseLog>()
        .AddScoped<Reconciling>()
        .AddGuard<LotGuard>()
        .AddScoped<CountBook>()
        .AddScoped<RecallBook>()
        .AddScoped<RecallLetters>()
        .AddHandler<PatientErased, RecallErasure>()
        .AddScoped<SharpsCupboard>()
        .AddScoped<InjuryLog>()
        .AddSupplyLedger<SupplyLedger>()
        .AddWorklist<LotWorklist>()
        .AddWorklist<ContainerWorklist>()
        .AddWorklist<LoadWorklist>()
        .AddWorklist<ReservationWorklist>()
        .AddWorklist<PickWorklist>()
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
        routes.Api.MapContainers();
        routes.Api.MapLoads();
        routes.Api.MapReservations();
        routes.Api.MapCounts();
        routes.Api.MapPicks();
        routes.Api.MapUses();
        routes.Api.MapRecalls();
        routes.Api.MapSharps();
        routes.Api.MapInjuries();
    }
}
