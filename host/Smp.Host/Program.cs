using Smp.Host.Commands;

return await CommandLine.RunAsync(args);
