namespace Meridian.Connectors.Http.North;

/// <summary>What a status code means to a delivery. Immutable.</summary>
internal sealed class StatusRules(HttpNorthSettings settings)
{
    /// <summary>The meaning; the user's own lists come first.</summary>
    public StatusMeaning Of(int status) =>
        settings.DeliveredCodes.Contains(status) ? StatusMeaning.Delivered
        : settings.RetryCodes.Contains(status) ? StatusMeaning.Retry
        : settings.RejectedCodes.Contains(status) ? StatusMeaning.Rejected
        : status switch
        {
            >= 200 and < 300 => StatusMeaning.Delivered,

            // 409: a request with this key is under way (draft-ietf-httpapi-idempotency-key-header §2.6).
            408 or 409 or 425 or 429 => StatusMeaning.Retry,
            401 or 403 or 404 or 405 or 407 or 410 or 501 => StatusMeaning.Fault,
            >= 400 and < 500 => StatusMeaning.Rejected,
            >= 500 => StatusMeaning.Retry,
            _ => StatusMeaning.Fault,
        };
}

/// <summary>What a status code means to a delivery.</summary>
internal enum StatusMeaning
{
    /// <summary>The server has it.</summary>
    Delivered,

    /// <summary>Not now.</summary>
    Retry,

    /// <summary>Never: something in it is refused for good.</summary>
    Rejected,

    /// <summary>The connection or the settings are wrong, whatever was sent.</summary>
    Fault,
}
