using ReviewStudio.Cli;
using ReviewStudio.Hosting;

NativeHeap.Bound();
return await CommandLine.RunAsync(args);
