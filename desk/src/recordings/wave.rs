//! What is in a WAV file of telephony, and its peaks: PCM of 8 or 16 bits, mu-law and A-law, any number of channels.
//!
//! Read in steps, so that an hour's recording is never in memory. A header that was not finished, as while a call is being
//! recorded, counts for as much as the file holds.

/// Peaks of each channel.
pub(crate) const POINTS: u64 = 1_000;
/// Bytes of a file that hold its header.
pub(crate) const HEAD: u64 = 64 * 1024;
/// The most channels that are drawn.
const MOST_CHANNELS: u16 = 8;

/// How samples are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coding {
    Pcm8,
    Pcm16,
    MuLaw,
    ALaw,
}

impl Coding {
    /// Its name in the API.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Pcm8 => "pcm8",
            Self::Pcm16 => "pcm16",
            Self::MuLaw => "mulaw",
            Self::ALaw => "alaw",
        }
    }

    const fn bytes(self) -> u64 {
        match self {
            Self::Pcm16 => 2,
            Self::Pcm8 | Self::MuLaw | Self::ALaw => 1,
        }
    }

    /// A sample as 16 bits.
    fn read(self, bytes: &[u8]) -> i16 {
        match (self, bytes) {
            (Self::Pcm16, [low, high]) => i16::from_le_bytes([*low, *high]),
            (Self::Pcm8, [byte]) => (i16::from(*byte) - 128) << 8,
            (Self::MuLaw, [byte]) => mu_law(*byte),
            (Self::ALaw, [byte]) => a_law(*byte),
            _ => 0,
        }
    }
}

/// What the header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wave {
    pub(crate) coding: Coding,
    pub(crate) channels: u16,
    pub(crate) rate: u32,
    /// Where samples begin and end in the file.
    pub(crate) from: u64,
    pub(crate) to: u64,
}

impl Wave {
    /// Reads the beginning of a file of so many bytes; none where it is no WAV that is understood.
    pub(crate) fn read(head: &[u8], size: u64) -> Option<Self> {
        if !head.starts_with(b"RIFF") || head.get(8..12)? != b"WAVE" {
            return None;
        }
        let (mut at, mut format) = (12_usize, None);
        // A chunk has at least its eight bytes: the walk ends.
        while let Some([a, b, c, d, length @ ..]) = head.get(at..at + 8) {
            let (name, length) = ([*a, *b, *c, *d], u32::from_le_bytes(length.try_into().ok()?));
            let body = at + 8;
            match &name {
                b"fmt " => format = Some(Self::format(head.get(body..)?)?),
                b"data" => {
                    let (coding, channels, rate) = format?;
                    let from = u64::try_from(body).ok()?;
                    let told = if matches!(length, 0 | u32::MAX) { size } else { from + u64::from(length) };
                    return Some(Self { coding, channels, rate, from, to: told.min(size).max(from) });
                }
                _ => {}
            }
            // Chunks begin at even places.
            at = body.checked_add(usize::try_from(length).ok()?.checked_next_multiple_of(2)?)?;
        }
        None
    }

    fn format(chunk: &[u8]) -> Option<(Coding, u16, u32)> {
        const EXTENSIBLE: u16 = 0xfffe;
        let two = |at: usize| Some(u16::from_le_bytes(chunk.get(at..at + 2)?.try_into().ok()?));
        let rate = u32::from_le_bytes(chunk.get(4..8)?.try_into().ok()?);
        let (channels, bits) = (two(2)?, two(14)?);
        // An extensible format names the real one in the first bytes of its last field.
        let tag = if two(0)? == EXTENSIBLE { two(24)? } else { two(0)? };
        let coding = match (tag, bits) {
            (1, 8) => Coding::Pcm8,
            (1, 16) => Coding::Pcm16,
            (6, 8) => Coding::ALaw,
            (7, 8) => Coding::MuLaw,
            _ => return None,
        };
        ((1..=MOST_CHANNELS).contains(&channels) && rate > 0).then_some((coding, channels, rate))
    }

    const fn frame(&self) -> u64 {
        self.coding.bytes() * self.channels as u64
    }

    /// How many samples each channel has.
    pub(crate) const fn frames(&self) -> u64 {
        (self.to - self.from) / self.frame()
    }

    /// How long it lasts, ms.
    pub(crate) fn length_ms(&self) -> u64 {
        self.frames().saturating_mul(1_000) / u64::from(self.rate)
    }
}

/// Peaks as they grow: per channel and point the loudest sample, 0 to 255.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Peaks {
    wave: Wave,
    /// The frame that comes next.
    at: u64,
    /// The point that it belongs to, and the first frame of the one after.
    point: usize,
    until: u64,
    points: u64,
    channels: Vec<Vec<u8>>,
    /// The beginning of a frame that ended with the bytes given last.
    rest: Vec<u8>,
}

impl Peaks {
    /// None yet, of a file with that header. A file with fewer samples than points has a point for each.
    pub(crate) fn new(wave: Wave) -> Self {
        let points = wave.frames().min(POINTS);
        let silent = vec![0; usize::try_from(points).unwrap_or_default()];
        let until = wave.frames().div_ceil(points.max(1));
        Self { wave, at: 0, point: 0, until, points, channels: vec![silent; usize::from(wave.channels)], rest: Vec::new() }
    }

    /// Takes the bytes that follow.
    pub(crate) fn take(&mut self, bytes: &[u8]) {
        let frame = usize::try_from(self.wave.frame()).unwrap_or(1);
        let mut bytes = bytes;
        if !self.rest.is_empty() {
            let (first, others) = bytes.split_at(bytes.len().min(frame - self.rest.len()));
            self.rest.extend(first);
            bytes = others;
            if self.rest.len() == frame {
                let whole = std::mem::take(&mut self.rest);
                self.frame(&whole);
            }
        }
        let frames = bytes.chunks_exact(frame);
        self.rest.extend(frames.remainder());
        frames.for_each(|f| self.frame(f));
    }

    fn frame(&mut self, frame: &[u8]) {
        if self.at == self.until {
            self.point += 1;
            let next = u64::try_from(self.point).unwrap_or(u64::MAX).saturating_add(1);
            self.until = next.saturating_mul(self.wave.frames()).div_ceil(self.points.max(1));
        }
        self.at += 1;
        let (coding, point) = (self.wave.coding, self.point);
        let samples = frame.chunks_exact(usize::from(coding == Coding::Pcm16) + 1);
        for (channel, sample) in self.channels.iter_mut().zip(samples) {
            let loud = u8::try_from(coding.read(sample).unsigned_abs() >> 7).unwrap_or(u8::MAX);
            if let Some(peak) = channel.get_mut(point) {
                *peak = loud.max(*peak);
            }
        }
    }

    /// Per channel the peaks.
    pub(crate) fn channels(&self) -> &[Vec<u8>] {
        &self.channels
    }
}

/// ITU-T G.711, mu-law.
const fn mu_law(byte: u8) -> i16 {
    let byte = !byte;
    let size = (((byte & 0x0f) as i16) << 3) + 0x84;
    let size = (size << ((byte & 0x70) >> 4)) - 0x84;
    if byte & 0x80 == 0 { size } else { -size }
}

/// ITU-T G.711, A-law.
const fn a_law(byte: u8) -> i16 {
    let byte = byte ^ 0x55;
    let (segment, low) = ((byte & 0x70) >> 4, ((byte & 0x0f) as i16) << 4);
    let size = match segment {
        0 => low + 8,
        1 => low + 0x108,
        _ => (low + 0x108) << (segment - 1),
    };
    if byte & 0x80 == 0 { -size } else { size }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
        [name.as_slice(), &u32::try_from(body.len()).unwrap().to_le_bytes(), body, &vec![0; body.len() % 2]].concat()
    }

    fn file(tag: u16, channels: u16, bits: u16, samples: &[u8]) -> Vec<u8> {
        let frame = channels * bits / 8;
        let format = [
            tag.to_le_bytes().as_slice(),
            &channels.to_le_bytes(),
            &8_000_u32.to_le_bytes(),
            &(8_000 * u32::from(frame)).to_le_bytes(),
            &frame.to_le_bytes(),
            &bits.to_le_bytes(),
        ]
        .concat();
        let chunks = [chunk(b"fmt ", &format), chunk(b"LIST", b"odd"), chunk(b"data", samples)].concat();
        [b"RIFF".as_slice(), &u32::try_from(chunks.len() + 4).unwrap().to_le_bytes(), b"WAVE", &chunks].concat()
    }

    fn wave(file: &[u8]) -> Option<Wave> {
        Wave::read(&file[..file.len().min(200)], file.len() as u64)
    }

    /// Peaks of a file that is read in steps of so many bytes.
    fn peaks(file: &[u8], step: usize) -> Vec<Vec<u8>> {
        let wave = wave(file).unwrap();
        let mut peaks = Peaks::new(wave);
        let samples = &file[usize::try_from(wave.from).unwrap()..usize::try_from(wave.to).unwrap()];
        samples.chunks(step).for_each(|bytes| peaks.take(bytes));
        peaks.channels().to_vec()
    }

    #[test]
    fn the_laws_are_those_of_the_standard() {
        // Values of G.711, tables 1 and 2, as 16 bits.
        assert_eq!([0x00, 0x80, 0xff, 0x7f, 0xa5].map(mu_law), [-32_124, 32_124, 0, 0, 6_652]);
        assert_eq!([0x2a, 0xaa, 0xd5, 0x55].map(a_law), [-32_256, 32_256, 8, -8]);
        for law in [mu_law, a_law] {
            let mut all: Vec<i16> = (0..=255).map(law).collect();
            all.sort_unstable();
            assert!(all.iter().zip(all.iter().rev()).all(|(a, b)| *a == -*b), "as loud above as below");
        }
    }

    #[test]
    fn headers_of_telephony_are_read_and_others_are_not() {
        let ten = [0; 16_000];
        let pcm = wave(&file(1, 1, 16, &ten)).unwrap();
        assert_eq!((pcm.coding, pcm.frames(), pcm.length_ms(), pcm.rate), (Coding::Pcm16, 8_000, 1_000, 8_000));
        let stereo = wave(&file(7, 2, 8, &ten)).unwrap();
        assert_eq!((stereo.coding, stereo.channels, stereo.length_ms()), (Coding::MuLaw, 2, 1_000));
        assert_eq!(wave(&file(6, 1, 8, &ten)).unwrap().coding, Coding::ALaw);
        // GSM in WAV, floating point, no channels, too many, 24 bits.
        for (tag, channels, bits) in [(0x31, 1, 0), (3, 1, 32), (1, 0, 16), (1, 9, 16), (1, 1, 24)] {
            assert_eq!(wave(&file(tag, channels, bits, &ten)), None, "{tag} {channels} {bits}");
        }
    }

    #[test]
    fn a_header_that_was_not_finished_or_lies_counts_for_what_is_there() {
        let whole = file(1, 1, 16, &[1; 1_000]);
        let at = whole.len() - 1_004;
        for told in [0, u32::MAX, 1_000_000] {
            let mut file = whole.clone();
            file[at..at + 4].copy_from_slice(&told.to_le_bytes());
            assert_eq!(wave(&file).unwrap().frames(), 500, "{told}");
        }
        // Whatever stands there, nothing is read beyond the file and the walk ends.
        for cut in 0..200 {
            if let Some(wave) = wave(&whole[..cut]) {
                assert!(wave.to <= cut as u64 && wave.from <= wave.to);
            }
        }
        for at in 0..60 {
            for byte in [0, 1, 0x7f, 0xff] {
                let mut file = whole.clone();
                file[at] = byte;
                if let Some(wave) = wave(&file) {
                    assert!(wave.to <= file.len() as u64 && wave.from <= wave.to);
                }
            }
        }
    }

    #[test]
    fn peaks_are_the_loudest_of_their_stretch_in_each_channel_whatever_the_steps() {
        // Two seconds: silence, then the left channel at half, the right at full.
        let mut samples = vec![0; 32_000];
        for _ in 0..8_000 {
            samples.extend([0x00, 0x40, 0x00, 0x80]);
        }
        let sound = file(1, 2, 16, &samples);
        let whole = peaks(&sound, usize::MAX);
        assert_eq!(whole.len(), 2);
        assert_eq!((whole[0].len(), whole[0][0], whole[0][499], whole[0][500], whole[0][999]), (1_000, 0, 0, 128, 128));
        assert_eq!((whole[1][499], whole[1][500]), (0, 255));
        for step in [1, 3, 7, 4_096] {
            assert_eq!(peaks(&sound, step), whole, "{step}");
        }
        // Frames that points do not divide: each belongs to one stretch, and the last to the last.
        let uneven = file(1, 1, 8, &[vec![128; 1_500], vec![255]].concat());
        let drawn = peaks(&uneven, 11);
        assert_eq!((drawn[0].len(), drawn[0][998], drawn[0][999]), (1_000, 0, 254));
        assert_eq!(peaks(&file(7, 1, 8, &[0xff, 0x00, 0x80]), 2), [[0, 250, 250]], "fewer samples than points");
        assert_eq!(peaks(&file(1, 1, 8, &[]), 1), [Vec::<u8>::new()]);
    }
}
