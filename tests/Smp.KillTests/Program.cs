using Smp.KillTests;

if (args is [WriterProcess.Mode])
{
    await WriterProcess.RunAsync(Console.In);
    return 0;
}

if (KillOptions.Parse(args, out var wrong) is not { } options)
{
    Console.Error.WriteLine(wrong);
    return 2;
}

return await new Campaign(options, Console.Out).RunAsync() ? 0 : 1;
