namespace Meridian.Mqtt.Session;

/// <summary>Hears, under the gate, each step of the Session State that a restart must know.</summary>
internal interface ISessionSteps
{
    /// <summary>A publication has an identifier and is about to be sent.</summary>
    void Assigned(Publication publication);

    /// <summary>PUBREC came; PUBREL is about to be sent.</summary>
    void Released(Publication publication);

    /// <summary>PUBREC is about to be sent.</summary>
    void Received(ushort identifier);

    /// <summary>PUBCOMP is about to be sent.</summary>
    void ReceivedDone(ushort identifier);

    /// <summary>The server has no session.</summary>
    void ReceivedLost();
}
