namespace Lintel.Environment.Network.Tcp;

/// <summary>What came of reading a frame.</summary>
public enum FrameParse
{
    /// <summary>A whole frame was read.</summary>
    Frame = 0,

    /// <summary>What is there is the start of a frame; the rest must arrive first.</summary>
    NeedMore = 1,

    /// <summary>The length is above the bound: the bytes are no frames, or the peer breaks its promise.</summary>
    TooLong = 2,

    /// <summary>The checksum does not match: the bytes changed on their way.</summary>
    Damaged = 3,
}
