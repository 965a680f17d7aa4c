namespace Longhand.Cli.Tests;
