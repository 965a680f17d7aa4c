using Longhand.Cli;

return await CommandLine.RunAsync(args);
