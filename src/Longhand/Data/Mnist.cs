namespace Longhand.Data;

/// <summary>
/// 70,000 handwritten digits as pictures of 28×28 pixels (LeCun, Cortes and Burges, 1998): 60,000 to learn from, and 10,000
/// by other people to judge by. About 11 MB to download, once.
/// <para>The lengths are those the authors gave; the checksums are the widely published SHA-256 ones.</para>
/// </summary>
public static class Mnist
{
    /// <summary>The name that stands for these pictures where a data set is asked for.</summary>
    public const string Name = "mnist";

    /// <summary>Pixels along a side; a picture has Side·Side features, row after row from the top left.</summary>
    public const int Side = 28;

    /// <summary>The pictures to learn from, their digits, the pictures to judge by, and theirs.</summary>
    public static IReadOnlyList<DataFile> Files { get; } =
    [
        File("train-images-idx3-ubyte.gz", 9_912_422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
        File("train-labels-idx1-ubyte.gz", 28_881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
        File("t10k-images-idx3-ubyte.gz", 1_648_877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
        File("t10k-labels-idx1-ubyte.gz", 4_542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
    ];

    /// <summary>Both parts as points: pixels from 0 (paper) to 1 (ink), and the digits 0 … 9 as labels.</summary>
    /// <inheritdoc cref="Downloader.FetchAsync" path="/exception"/>
    public static async Task<(LabelledPoints Train, LabelledPoints HeldOut)> LoadAsync(
        Downloader downloader, Action<DownloadProgress>? progress = null, CancellationToken cancel = default)
    {
        var paths = new List<string>();
        foreach (DataFile file in Files) paths.Add(await downloader.FetchAsync(file, progress, cancel));
        return (IdxFile.LoadPictures(paths[0], paths[1]), IdxFile.LoadPictures(paths[2], paths[3]));
    }

    private static DataFile File(string name, long length, string sha256) => new(
        Name, name, length, sha256,
        new Uri("https://ossci-datasets.s3.amazonaws.com/mnist/" + name), new Uri("https://storage.googleapis.com/cvdf-datasets/mnist/" + name));
}
