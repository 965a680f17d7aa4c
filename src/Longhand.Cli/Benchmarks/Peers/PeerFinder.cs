using System.Diagnostics;
using System.Globalization;
using Longhand.Cli.Benchmarks.Results;

namespace Longhand.Cli.Benchmarks.Peers;

/// <summary>
/// Finds what is installed and starts it: PyTorch and NumPy, each once with one thread and once with all. A library that is
/// not there is no failure: what was looked for and how to get it is said. One that is there and does not start is one.
/// <para>
/// Peers run as their users would wish. Threads of OpenMP sleep when they wait, because on few cores those that spin slow OpenBLAS down.
/// OpenBLAS chooses its kernels itself: variables that say otherwise, for whatever reason they are set here, are not passed on, and
/// that is said.
/// </para>
/// </summary>
/// <param name="python">The interpreter that was named; null for the usual ones.</param>
/// <param name="kernels">The kernels that OpenBLAS is to use instead of those that it chooses; null for its choice.</param>
/// <param name="scripts">The peers' side of the benchmark.</param>
/// <param name="threads">One peer is started for each of these numbers of threads.</param>
internal sealed class PeerFinder(string? python, string? kernels, PeerScripts scripts, IReadOnlyList<int> threads)
{
    private const string BlasVariables = "OPENBLAS_", Kernels = "OPENBLAS_CORETYPE";
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(10);

    /// <param name="library">torch or numpy, as Python names it.</param>
    /// <param name="name">What people call it.</param>
    /// <param name="remark">Told what was not found or chosen, and whether that is a failure.</param>
    /// <param name="cancel">Stops looking.</param>
    /// <returns>One peer for each number of threads; none if it is not installed.</returns>
    public async Task<IReadOnlyList<Peer>> FindAsync(string library, string name, Action<Remark> remark, CancellationToken cancel)
    {
        string? missing = null, failure = null;
        foreach (string interpreter in python is not null ? [python] : Interpreter.Usual)
        {
            var peers = new List<Peer>();
            try
            {
                foreach (int t in threads)
                {
                    (Peer? peer, string? lacks) = await StartAsync(interpreter, library, name, t, cancel);
                    if (peer is null)
                    {
                        missing ??= lacks;
                        break;
                    }
                    peers.Add(peer);
                }
            }
            catch (PeerException problem)
            {
                failure ??= problem.Message;
                peers.ForEach(p => p.Dispose());
                continue;
            }
            catch
            {
                peers.ForEach(p => p.Dispose());
                throw;
            }
            if (peers.Count > 0)
            {
                if (KernelRemark(peers[0].Facts) is { } about)
                {
                    remark(new Remark(about, IsFailure: false));
                }
                return peers;
            }
        }
        remark(failure is not null
            ? new Remark($"{name} is installed, but cannot be measured: {failure}", IsFailure: true)
            : new Remark(
                $"{name} was not found: {missing}. To compare with it: apt install python3-{library} libopenblas0-pthread, or pip install {library}; "
                + $"--python PATH or {Interpreter.Variable} names another interpreter.", IsFailure: false));
        return [];
    }

    private string? KernelRemark(PeerFacts peer)
    {
        if (kernels is not null)
        {
            return peer.Kernels.Length == 0 ? $"--blas-kernels {kernels} has no effect on {peer.Name}, which multiplies with {peer.Blas}."
                : !peer.Kernels.Equals(kernels, StringComparison.OrdinalIgnoreCase) ? $"{peer.Name} was told to use the kernels for {kernels} ({Kernels}), but uses those for {peer.Kernels}."
                : $"{peer.Name} was told to use the kernels for {kernels} ({Kernels}), which OpenBLAS may not have chosen itself.";
        }
        string set = ForeignText.Line(Environment.GetEnvironmentVariable(Kernels) ?? "");
        return set.Length == 0 || peer.Kernels.Length == 0 ? null
            : $"{Kernels}={set} is set here and was not passed on to {peer.Name}: OpenBLAS chooses its kernels itself. --blas-kernels {set} compares with those.";
    }

    // What is lacking is told, not thrown: that an interpreter or a library is not there is no failure.
    private async Task<(Peer? Peer, string? Missing)> StartAsync(
        string interpreter, string library, string name, int t, CancellationToken cancel)
    {
        string count = t.ToString(CultureInfo.InvariantCulture);
        var command = new ProcessStartInfo(interpreter, ["-B", scripts.Main, library, count]);
        foreach (string variable in command.Environment.Keys.Where(key => key.StartsWith(BlasVariables, StringComparison.Ordinal)).ToArray())
        {
            command.Environment.Remove(variable);
        }
        foreach (string variable in new[] { "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS" })
        {
            command.Environment[variable] = count;
        }
        if (kernels is not null)
        {
            command.Environment[Kernels] = kernels;
        }
        command.Environment.TryAdd("OMP_WAIT_POLICY", "PASSIVE");
        PeerProcess process;
        try
        {
            process = new PeerProcess(name, command, s_patience);
        }
        catch (PeerException)
        {
            return (null, $"{interpreter} cannot be started");
        }
        try
        {
            (PeerFacts? facts, string? missing) = await Peer.HelloAsync(process, t, cancel);
            if (facts is not null)
            {
                return (new Peer(process, facts), null);
            }
            process.Dispose();
            return (null, $"{interpreter} has no {missing}");
        }
        catch
        {
            process.Dispose();
            throw;
        }
    }
}
