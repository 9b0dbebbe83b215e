using ReviewStudio.Cli;

return await CommandLine.RunAsync(args);
