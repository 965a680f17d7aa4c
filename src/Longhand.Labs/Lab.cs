namespace Longhand.Labs;

/// <summary>
/// An experiment that answers one question with numbers and pictures. A lab is one file: it says what it asks, what it does and what can
/// be turned, and <see cref="Run"/> does it. The command line, the report page and the settings are the same for all.
/// <para>
/// The same seed and knobs give the same result. What a lab concludes must follow from what it measured: with other knobs it may come
/// out differently, and then it says so.
/// </para>
/// </summary>
public abstract class Lab
{
    /// <summary>As typed: small letters and hyphens.</summary>
    public abstract string Name { get; }

    /// <summary>One line for the table of labs, without a full stop.</summary>
    public abstract string Summary { get; }

    /// <summary>The question, the title of the report.</summary>
    public abstract string Question { get; }

    /// <summary>What it does to find out: a few sentences; a backtick on either side marks code.</summary>
    public abstract string About { get; }

    /// <summary>What can be turned.</summary>
    public virtual IReadOnlyList<Knob> Knobs => [];

    /// <summary>Runs the experiment.</summary>
    /// <exception cref="OperationCanceledException">It was stopped, which <see cref="LabContext.Report"/> notices.</exception>
    public abstract LabResult Run(LabContext context);
}
