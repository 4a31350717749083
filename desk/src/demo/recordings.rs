//! Made-up recordings: two voices that speak in turn, with words that nobody understands and pauses, so that there is something to hear and to see.
//!
//! A voice is harmonics of a pitch that glides, as loud as the resonances of a vowel make them; a word may begin with a hiss.

use std::f64::consts::{PI, TAU};
use std::io;
use std::path::Path;

/// How many there are.
const COUNT: u64 = 8;
/// Samples a second.
const RATE: u32 = 8_000;
/// Above this a telephone carries nothing, Hz.
const HIGHEST_HZ: f64 = 3_400.0;
/// The two resonances of each vowel, Hz.
const VOWELS: [(f64, f64); 6] = [(300.0, 2_300.0), (400.0, 1_900.0), (700.0, 1_200.0), (500.0, 900.0), (320.0, 800.0), (600.0, 1_700.0)];
/// A harmonic that is quieter than this, of the loudest, is left out.
const QUIET: f64 = 0.04;

/// Their names in the folder.
pub fn names() -> impl Iterator<Item = String> {
    (1..=COUNT).map(|number| format!("conversation-{number}.wav"))
}

/// Makes those that are not there yet, in a folder that is made as well.
///
/// # Errors
/// When the disk refuses.
pub fn make(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    for (name, seed) in names().zip(1..) {
        let file = folder.join(&name);
        if !file.exists() {
            // A server that is stopped meanwhile leaves no half of one under its name.
            let part = folder.join(format!(".{name}.part"));
            std::fs::write(&part, wav(&conversation(seed)))?;
            std::fs::rename(&part, &file)?;
        }
    }
    Ok(())
}

/// A WAV of one channel, PCM of 16 bits.
fn wav(samples: &[i16]) -> Vec<u8> {
    let size = u32::try_from(samples.len() * 2).unwrap_or(u32::MAX);
    let mut file = b"RIFF".to_vec();
    file.extend(size.saturating_add(36).to_le_bytes());
    file.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    file.extend(RATE.to_le_bytes());
    file.extend((RATE * 2).to_le_bytes());
    file.extend(b"\x02\0\x10\0data");
    file.extend(size.to_le_bytes());
    file.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
    file
}

/// Chance with a seed (splitmix64): the same conversations for everyone.
struct Chance(u64);

impl Chance {
    /// Between two bounds.
    fn between(&mut self, from: f64, to: f64) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let drawn = u32::try_from((z ^ (z >> 31)) >> 32).unwrap_or_default();
        from + (to - from) * f64::from(drawn) / f64::from(u32::MAX)
    }

    fn one_of<T: Copy>(&mut self, all: &[T], otherwise: T) -> T {
        let drawn = self.between(0.0, 1.0);
        all.iter()
            .zip(1_u32..)
            .find(|(_, n)| drawn * f64::from(u32::try_from(all.len()).unwrap_or(1)) < f64::from(*n))
            .map_or(otherwise, |(one, _)| *one)
    }
}

/// Who speaks.
#[derive(Clone, Copy)]
struct Voice {
    pitch_hz: f64,
    loud: f64,
}

/// What was said so far.
struct Tape {
    chance: Chance,
    samples: Vec<i16>,
}

/// Half a minute or so of two people: the agent greets, then both speak in turn.
fn conversation(seed: u64) -> Vec<i16> {
    let mut chance = Chance(seed);
    let agent = Voice { pitch_hz: chance.between(185.0, 225.0), loud: chance.between(0.75, 0.9) };
    let caller = Voice { pitch_hz: chance.between(100.0, 150.0), loud: chance.between(0.45, 0.7) };
    let whole_s = chance.between(24.0, 52.0);
    let mut tape = Tape { chance, samples: Vec::new() };
    tape.pause(0.4, 0.8);
    for voice in [agent, caller].iter().cycle() {
        tape.turn(*voice);
        if tape.seconds() > whole_s {
            break;
        }
    }
    tape.pause(0.3, 0.6);
    tape.samples
}

impl Tape {
    fn seconds(&self) -> f64 {
        f64::from(u32::try_from(self.samples.len()).unwrap_or(u32::MAX)) / f64::from(RATE)
    }

    /// The hum of a line on which nobody speaks.
    fn pause(&mut self, from_s: f64, to_s: f64) {
        let seconds = self.chance.between(from_s, to_s);
        for _ in 0..count(seconds) {
            let hum = self.chance.between(-0.002, 0.002);
            self.samples.push(sample(hum));
        }
    }

    /// One or more phrases; now and then only a yes.
    fn turn(&mut self, voice: Voice) {
        let phrases = self.chance.one_of(&[1, 1, 2, 3, 4], 1);
        let words = if phrases == 1 { self.chance.one_of(&[1.0, 2.0, 9.0], 1.0) } else { 12.0 };
        for _ in 0..phrases {
            let syllables = self.chance.between(words / 2.0, words).max(1.0);
            let mut said = 0.0;
            while said < syllables {
                // The voice falls and fades towards the end of a phrase.
                let left = 1.0 - said / (syllables + 1.0);
                self.syllable(Voice { pitch_hz: voice.pitch_hz * (0.85 + 0.25 * left), loud: voice.loud * (0.6 + 0.4 * left) });
                said += 1.0;
            }
            self.pause(0.15, 0.5);
        }
        self.pause(0.2, 1.1);
    }

    fn syllable(&mut self, voice: Voice) {
        if self.chance.between(0.0, 1.0) < 0.45 {
            for _ in 0..count(self.chance.between(0.02, 0.07)) {
                let hiss = self.chance.between(-0.12, 0.12) * voice.loud;
                self.samples.push(sample(hiss));
            }
        }
        let (first, second) = self.chance.one_of(&VOWELS, (500.0, 1_500.0));
        let (from_hz, glide) = (voice.pitch_hz * self.chance.between(0.93, 1.08), self.chance.between(-0.12, 0.08));
        let harmonics = harmonics(from_hz, first, second);
        let (loud, length) = (voice.loud * self.chance.between(0.45, 1.0), count(self.chance.between(0.11, 0.26)));
        let mut phase = 0.0;
        for at in 0..length {
            let part = f64::from(at) / f64::from(length);
            phase = (phase + TAU * from_hz * (1.0 + glide * part) / f64::from(RATE)) % TAU;
            let voiced: f64 = harmonics.iter().map(|(times, share)| share * (phase * times).sin()).sum();
            let breath = self.chance.between(-0.02, 0.02);
            self.samples.push(sample((voiced + breath) * loud * (part.sqrt() * PI).sin().max(0.0)));
        }
    }
}

/// Which multiples of a pitch are heard in a vowel, and each one's share of the whole.
fn harmonics(pitch_hz: f64, first: f64, second: f64) -> Vec<(f64, f64)> {
    let resonance = |hz: f64, at: f64, width: f64| 1.0 / (1.0 + ((hz - at) / width).powi(2));
    let multiples = std::iter::successors(Some(1.0), |times| Some(times + 1.0)).take_while(|times| times * pitch_hz < HIGHEST_HZ);
    let heard = multiples.map(|times| (times, resonance(times * pitch_hz, first, 110.0) + 0.4 * resonance(times * pitch_hz, second, 160.0)));
    let heard: Vec<(f64, f64)> = heard.filter(|(_, share)| *share > QUIET).collect();
    let whole: f64 = heard.iter().map(|(_, share)| share).sum();
    heard.into_iter().map(|(times, share)| (times, share / whole.max(QUIET))).collect()
}

/// Samples in so many seconds.
fn count(seconds: f64) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few seconds, never negative; a cast saturates")]
    let count = (seconds * f64::from(RATE)) as u32;
    count
}

fn sample(loud: f64) -> i16 {
    #[expect(clippy::cast_possible_truncation, reason = "a cast saturates: what is too loud is clipped")]
    let sample = (loud * f64::from(i16::MAX)) as i16;
    sample
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_people_speak_in_turn_with_pauses_for_less_than_a_minute() {
        for seed in 1..=COUNT {
            let samples = conversation(seed);
            let tenths: Vec<u16> = samples.chunks(RATE as usize / 10).map(|tenth| tenth.iter().map(|s| s.unsigned_abs()).max().unwrap()).collect();
            assert!((200..600).contains(&tenths.len()), "{seed}: {} tenths of a second", tenths.len());
            let quiet = tenths.iter().filter(|peak| **peak < 200).count();
            let loud = tenths.iter().filter(|peak| **peak > 4_000).count();
            assert!(quiet * 8 > tenths.len() && loud * 3 > tenths.len(), "{seed}: {quiet} quiet and {loud} loud of {}", tenths.len());
            assert!(samples.iter().all(|s| s.unsigned_abs() < 32_000), "{seed} is clipped");
        }
    }

    #[test]
    fn what_is_there_stays_and_what_is_missing_is_made_again_as_it_was() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("recordings");
        make(&folder).unwrap();
        let all = || names().map(|name| std::fs::read(folder.join(name)).unwrap()).collect::<Vec<_>>();
        let first = all();
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), names().count(), "nothing else is left");
        assert!(first.iter().zip(first.iter().skip(1)).all(|(a, b)| a != b));
        std::fs::write(folder.join("conversation-1.wav"), "kept").unwrap();
        std::fs::remove_file(folder.join("conversation-2.wav")).unwrap();
        make(&folder).unwrap();
        let second = all();
        assert_eq!((second[0].as_slice(), &second[1..]), (b"kept".as_slice(), &first[1..]));
    }
}
