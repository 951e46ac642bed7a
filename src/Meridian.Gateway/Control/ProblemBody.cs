namespace Meridian.Gateway.Control;

/// <summary>Why something cannot be done.</summary>
internal sealed record ProblemBody(string Problem);
